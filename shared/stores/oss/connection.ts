// How the vendor's SDK reaches a bucket: the endpoints, the credentials of the moment, and sockets that can be cut.
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import OSS from "ali-oss";

export interface OssCredentials {
  accessKeyId: string;
  accessKeySecret: string;
  /** Of temporary credentials (STS). */
  securityToken?: string | undefined;
}

export interface OssBucket {
  bucket: string;
  /** Such as `cn-hangzhou`; `oss-cn-hangzhou` is the same. */
  region: string;
  /** Where requests go instead of the region's own endpoint, such as `https://oss-cn-hangzhou.aliyuncs.com`. */
  endpoint?: string | undefined;
  /** Go through the region's internal network, as functions inside the cloud should: nothing is paid for traffic there. */
  isInternal?: boolean | undefined;
  /** A domain that is bound to the bucket (CNAME), such as `https://files.example.com`: signed URLs and uploads lead there. */
  customDomain?: string | undefined;
  /** The endpoint that outsiders reach, when it is neither the region's nor a domain of the bucket's own. */
  publicEndpoint?: string | undefined;
  /** The bucket stands in the path, as at a server that has an address only. OSS itself takes no such requests. */
  isPathStyle?: boolean | undefined;
}

export interface OssConnection {
  /** The SDK with the credentials of this moment. */
  client(): Promise<OSS>;
  /** Both, such as they belong together. */
  current(): Promise<{ client: OSS; credentials: OssCredentials }>;
  /** Ends every request that is under way here. */
  cut(): void;
}

/** What the SDK takes and its types do not name. */
interface ClientOptions extends OSS.Options {
  sldEnable?: boolean;
  agent?: HttpAgent;
  httpsAgent?: HttpsAgent;
}

/** A connection for requests: from here to the bucket. `timeoutMs` is for those that say no time themselves. */
export function connect(
  place: OssBucket,
  credentials: () => Promise<OssCredentials>,
  { timeoutMs: timeout }: { timeoutMs: number },
): OssConnection {
  const endpoint = place.endpoint === undefined ? {} : { endpoint: place.endpoint };
  const internal = place.isInternal ?? false;
  return connection({ ...commonOptions(place), ...endpoint, internal, timeout }, credentials);
}

/** A connection for signatures: what it signs is sent by others, from outside of the cloud. Nothing is requested here. */
export function connectFromOutside(place: OssBucket, credentials: () => Promise<OssCredentials>): OssConnection {
  const { customDomain, publicEndpoint } = place;
  const endpoint = customDomain ?? publicEndpoint;
  const where = endpoint === undefined ? {} : { endpoint, cname: customDomain !== undefined };
  return connection({ ...commonOptions(place), ...where }, credentials);
}

/** The region as signatures name it. */
export function signedRegion(region: string): string {
  return region.replace(/^oss-/, "");
}

/** Where forms are posted to: the bucket itself, without a key. */
export function bucketUrl(place: OssBucket): string {
  const { bucket, customDomain, publicEndpoint, isPathStyle } = place;
  if (customDomain !== undefined) return withSlash(customDomain);
  const endpoint = new URL(publicEndpoint ?? `https://oss-${signedRegion(place.region)}.aliyuncs.com`);
  if (isPathStyle) return `${endpoint.origin}/${bucket}/`;
  return `${endpoint.protocol}//${bucket}.${endpoint.host}/`;
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}

function commonOptions(place: OssBucket) {
  return {
    bucket: place.bucket,
    region: `oss-${signedRegion(place.region)}`,
    secure: true,
    authorizationV4: true,
    sldEnable: place.isPathStyle ?? false,
  };
}

type WhereAndHow = Omit<ClientOptions, "accessKeyId" | "accessKeySecret">;

function connection(options: WhereAndHow, credentials: () => Promise<OssCredentials>): OssConnection {
  const agent = new HttpAgent({ keepAlive: true });
  const httpsAgent = new HttpsAgent({ keepAlive: true });
  let last: { id: string; client: OSS } | null = null;

  async function current() {
    const now = await credentials();
    const { accessKeyId, accessKeySecret, securityToken } = now;
    const id = `${accessKeyId} ${securityToken ?? ""}`;
    if (last?.id !== id) {
      const full: ClientOptions = { ...options, accessKeyId, accessKeySecret, agent, httpsAgent };
      // The SDK warns on the console about tokens that it cannot renew by itself, unless an interval is given.
      if (securityToken !== undefined) Object.assign(full, { stsToken: securityToken, refreshSTSTokenInterval: 1 });
      last = { id, client: new OSS(full) };
    }
    return { client: last.client, credentials: now };
  }

  return {
    current,
    client: async () => (await current()).client,
    cut() {
      agent.destroy();
      httpsAgent.destroy();
    },
  };
}
