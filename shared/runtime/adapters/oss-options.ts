// The settings of a bucket of Alibaba Cloud OSS, in the adapter's words.
import type { Config } from "../../config/config.ts";
import type { OssConfig } from "../../config/oss.ts";
import type { OssStoreOptions } from "../../stores/oss/store.ts";
import { type AliyunRole, noRole } from "../cloud/aliyun-role.ts";

/** `role`: whose keys are used when none are written. */
export function ossOptionsOf(
  { storeAccess, cdnUrl }: Pick<Config, "storeAccess" | "cdnUrl">,
  { accessKeyId, accessKeySecret, securityToken, ...place }: OssConfig,
  role: AliyunRole = noRole,
): OssStoreOptions {
  const credentials = async () =>
    accessKeyId && accessKeySecret ? { accessKeyId, accessKeySecret, securityToken } : role();
  return { ...place, credentials, access: storeAccess, publicUrl: cdnUrl ?? undefined };
}
