// The zips that the manifests name.
import { dirname } from "node:path";
import { zipsOf } from "../platforms/zips.ts";

/** A folder like `.build`, with `aws` and `aliyun` in it. */
export async function buildFolder(): Promise<string> {
  await zipsOf("aws");
  return dirname(await zipsOf("aliyun"));
}
