// The settings of a bucket of Alibaba Cloud OSS, in the adapter's words; the adapter itself is loaded only when somebody asks for it.
import type { Config } from "../config/config.ts";
import type { OssConfig } from "../config/oss.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { OssStoreOptions } from "../stores/oss/store.ts";

export function ossOptionsOf(
  { storeAccess, cdnUrl }: Pick<Config, "storeAccess" | "cdnUrl">,
  { accessKeyId, accessKeySecret, securityToken, ...place }: OssConfig,
): OssStoreOptions {
  const credentials = async () => ({ accessKeyId, accessKeySecret, securityToken });
  return { ...place, credentials, access: storeAccess, publicUrl: cdnUrl ?? undefined };
}

/** The vendor's SDK is large. */
export async function openOssStore(config: Config, oss: OssConfig): Promise<ObjectStore> {
  const { createOssStore } = await import("../stores/oss/store.ts");
  return createOssStore(ossOptionsOf(config, oss));
}
