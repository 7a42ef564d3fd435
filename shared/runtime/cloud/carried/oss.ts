// Alibaba Cloud OSS, in a bundle.
import type { ObjectStore } from "../../../ports/object-store.ts";
import { createOssStore } from "../../../stores/oss/store.ts";
import { ossOptionsOf } from "../../adapters/oss-options.ts";
import type { Carried } from "../prepare.ts";
import { refuse } from "./refuse.ts";

export const store: Carried<ObjectStore> = {
  name: "oss",
  open: (config, role) =>
    config.oss ? createOssStore(ossOptionsOf(config, config.oss, role)) : refuse("STORAGE_PROVIDER"),
};
