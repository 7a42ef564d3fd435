import { ConfigError } from "../../../config/config-error.ts";

/** For settings of another adapter than the one that is carried; they are compared by name before anything is opened. */
export function refuse(variable: string): never {
  throw new ConfigError([{ variable, message: "names another adapter than this was built for" }]);
}
