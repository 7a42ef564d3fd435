// Alibaba Cloud OSS without its SDK, in a bundle.
import type { RequestStore } from "../../../ports/object-store.ts";
import { createOssRequestStore } from "../../../stores/oss/request-store.ts";
import { ossOptionsOf } from "../../adapters/oss-options.ts";
import type { Carried } from "../prepare.ts";
import { refuse } from "./refuse.ts";

export const store: Carried<RequestStore> = {
  name: "oss",
  open: (config, role) =>
    config.oss ? createOssRequestStore(ossOptionsOf(config, config.oss, role)) : refuse("STORAGE_PROVIDER"),
};
