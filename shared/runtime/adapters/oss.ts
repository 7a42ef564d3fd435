// The store in Alibaba Cloud OSS; its adapter is loaded only when somebody asks for it.
import type { Config } from "../../config/config.ts";
import type { OssConfig } from "../../config/oss.ts";
import type { ObjectStore } from "../../ports/object-store.ts";
import { ossOptionsOf } from "./oss-options.ts";

/** The vendor's SDK is large. */
export async function openOssStore(config: Config, oss: OssConfig): Promise<ObjectStore> {
  const { createOssStore } = await import("../../stores/oss/store.ts");
  return createOssStore(ossOptionsOf(config, oss));
}
