// The operations on the bucket itself: it is made, and its configurations are kept as they came.
import type { IncomingMessage } from "node:http";
import { textOf } from "./bucket.ts";
import { OssFault, xml } from "./fault.ts";
import type { Answer } from "./operations.ts";
import type { SignedRequest } from "./signature.ts";

export interface BucketSettings {
  isThere: boolean;
  acl: string;
  /** Empty when there never were versions. */
  versioning: "" | "Enabled" | "Suspended";
  /** The name of a setting that may not be changed. */
  refuses: string;
  /** The bucket's name is taken. */
  isOthers: boolean;
  /** `lifecycle`, `cors`: the XML. */
  configurations: Map<string, string>;
}

const configurations: Record<string, RegExp> = {
  lifecycle: /^<\?xml.*<LifecycleConfiguration>.*<\/LifecycleConfiguration>$/s,
  cors: /^<\?xml.*<CORSConfiguration>.*<\/CORSConfiguration>$/s,
};

export function isSetting({ method, key, query }: SignedRequest): boolean {
  return key === "" && (method === "PUT" || (method === "GET" && query.has("versioning")));
}

/** PutBucket, GetBucketVersioning, PutBucketLifecycle, PutBucketCors. */
export async function answerSetting(
  settings: BucketSettings,
  { method, query, headers }: SignedRequest,
  request: IncomingMessage,
): Promise<Answer> {
  if (method === "GET") {
    const status: Record<string, string> = settings.versioning === "" ? {} : { Status: settings.versioning };
    return { status: 200, body: xml("VersioningConfiguration", status) };
  }
  const text = await textOf(request);
  const [name, ...others] = query.keys();
  if (others.length > 0) throw new OssFault(400, "InvalidArgument");
  if (name !== undefined && name === settings.refuses) throw new OssFault(403, "AccessDenied", "may not be changed");
  if (name === undefined) return putBucket(settings, headers);
  if (!settings.isThere) throw new OssFault(404, "NoSuchBucket");
  const isFine = configurations[name]?.test(text) ?? false;
  if (!isFine) throw new OssFault(400, "MalformedXML", name);
  settings.configurations.set(name, text);
  return { status: 200 };
}

/** PutBucket: whose own it is already may say it again, and may change its ACL with it. */
function putBucket(settings: BucketSettings, headers: SignedRequest["headers"]): Answer {
  const acl = headers["x-oss-acl"];
  if (acl !== undefined && !/^(private|public-read)$/.test(acl)) throw new OssFault(400, "InvalidArgument", acl);
  if (settings.isOthers) throw new OssFault(409, "BucketAlreadyExists");
  settings.isThere = true;
  settings.acl = acl ?? settings.acl;
  return { status: 200 };
}
