// Where an object can be read without credentials.
import { attachment } from "../../media/download-name.ts";
import { isPublicKey } from "../../media/keys.ts";
import type { PublicObjects } from "./object-headers.ts";
import { bucketUrl, type OssBucket, type OssCredentials } from "./place.ts";
import { explained } from "./requests.ts";
import { signQuery } from "./signature.ts";

const SIGNED_URL_SECONDS = 3600;

export interface OssReadable extends OssBucket {
  /** Asked before each request, since a cloud's credentials rotate: it should keep what it has. */
  credentials: () => Promise<OssCredentials>;
  /**
   * `public`: what lies under public keys has a permanent URL. Without `publicUrl` such objects are written as `public-read`, for which
   * "Block Public Access" of the account and of the bucket has to be off.
   */
  access: "public" | "private";
  /** What a public key is appended to, such as that of a CDN which may read the bucket. Default: the bucket's own URL. */
  publicUrl?: string | undefined;
}

/** Permanent for what is public, else for an hour, at most as long as the credentials. */
export async function urlOf(place: OssReadable, key: string): Promise<string> {
  if (place.access === "public" && isPublicKey(key)) {
    return `${(place.publicUrl ?? bucketUrl(place)).replace(/\/+$/, "")}/${key}`;
  }
  return signedUrl(place, key);
}

/** "GetObject, response-content-disposition": only a signed request may say how it is answered. */
export function downloadUrlOf(place: OssReadable, key: string, name: string): Promise<string> {
  return signedUrl(place, key, attachment(name, key));
}

async function signedUrl(place: OssReadable, key: string, disposition?: string): Promise<string> {
  const credentials = await explained(place.credentials);
  const query = signQuery({ place, credentials, at: Date.now() }, { key, seconds: SIGNED_URL_SECONDS, disposition });
  return `${bucketUrl(place)}${key}?${query}`;
}

/** With a URL of its own, a CDN reads the bucket and the objects need no right of their own. */
export function publicObjectsOf({ access, publicUrl }: OssReadable): PublicObjects {
  return access === "public" && publicUrl === undefined ? "public-read" : "default";
}
