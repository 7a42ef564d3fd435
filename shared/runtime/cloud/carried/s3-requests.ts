// S3, and the stores that speak its language, without an SDK, in a bundle.
import type { RequestStore } from "../../../ports/object-store.ts";
import { createS3RequestStore } from "../../../stores/s3/request-store.ts";
import { s3OptionsOf } from "../../adapters/s3-options.ts";
import type { Carried } from "../prepare.ts";
import { refuse } from "./refuse.ts";

/** `name`: the store's own, such as `r2`. */
export function carried(name: string): Carried<RequestStore> {
  return {
    name,
    open: (config) => {
      const options = config.s3 && s3OptionsOf(config, config.s3);
      const { credentials } = options ?? {};
      return options && credentials ? createS3RequestStore({ ...options, credentials }) : refuse("S3_ACCESS_KEY_ID");
    },
  };
}
