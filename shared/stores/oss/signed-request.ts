// A request that is signed by hand, for `fetch`.
import type { SignedRequest } from "../fetching.ts";
import { type OssBucket, type OssCredentials, requestUrl } from "./place.ts";
import { signHeaders } from "./signature.ts";

/** With the credentials of the moment, to where requests go. */
export async function signed(
  place: OssBucket & { credentials: () => Promise<OssCredentials> },
  { key, headers: given, ...request }: Omit<SignedRequest, "url"> & { key: string },
): Promise<SignedRequest> {
  const named = Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]);
  const signing = { place, credentials: await place.credentials(), at: Date.now() };
  const headers = signHeaders(signing, { ...request, key, headers: Object.fromEntries(named) });
  return { ...request, url: `${requestUrl(place)}${key}`, headers };
}
