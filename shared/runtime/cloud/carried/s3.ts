// S3, and the stores that speak its language, in a bundle.
import type { ObjectStore } from "../../../ports/object-store.ts";
import { createS3Store } from "../../../stores/s3/store.ts";
import { s3OptionsOf } from "../../adapters/s3-options.ts";
import type { Carried } from "../prepare.ts";
import { refuse } from "./refuse.ts";

/** `name`: the store's own, such as `r2`. */
export function carried(name: string): Carried<ObjectStore> {
  return {
    name,
    open: (config) => (config.s3 ? createS3Store(s3OptionsOf(config, config.s3)) : refuse("STORAGE_PROVIDER")),
  };
}
