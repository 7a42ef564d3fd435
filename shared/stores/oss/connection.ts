// How the vendor's SDK reaches a bucket: the endpoint, the credentials of the moment, and sockets that can be cut.
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import OSS from "ali-oss";
import { type OssBucket, type OssCredentials, signedRegion } from "./place.ts";

export interface OssConnection {
  /** The SDK with the credentials of this moment. */
  client(): Promise<OSS>;
  /** Ends every request that is under way here. */
  cut(): void;
}

/** What the SDK takes and its types do not name. */
interface ClientOptions extends OSS.Options {
  sldEnable?: boolean;
  agent?: HttpAgent;
  httpsAgent?: HttpsAgent;
}

/** `timeoutMs` is for requests that say no time themselves. */
export function connect(
  place: OssBucket,
  credentials: () => Promise<OssCredentials>,
  { timeoutMs }: { timeoutMs: number },
): OssConnection {
  const agent = new HttpAgent({ keepAlive: true });
  const httpsAgent = new HttpsAgent({ keepAlive: true });
  const options = { ...clientOptions(place, timeoutMs), agent, httpsAgent };
  let last: { id: string; client: OSS } | null = null;

  return {
    async client() {
      const { accessKeyId, accessKeySecret, securityToken } = await credentials();
      const id = `${accessKeyId} ${securityToken ?? ""}`;
      if (last?.id !== id) {
        const full: ClientOptions = { ...options, accessKeyId, accessKeySecret };
        // The SDK warns on the console about tokens that it cannot renew by itself, unless an interval is given.
        if (securityToken !== undefined) Object.assign(full, { stsToken: securityToken, refreshSTSTokenInterval: 1 });
        last = { id, client: new OSS(full) };
      }
      return last.client;
    },
    cut() {
      agent.destroy();
      httpsAgent.destroy();
    },
  };
}

function clientOptions(place: OssBucket, timeout: number): Omit<ClientOptions, "accessKeyId" | "accessKeySecret"> {
  return {
    bucket: place.bucket,
    region: `oss-${signedRegion(place.region)}`,
    ...(place.endpoint === undefined ? {} : { endpoint: place.endpoint }),
    internal: place.isInternal ?? false,
    secure: true,
    authorizationV4: true,
    sldEnable: place.isPathStyle ?? false,
    timeout,
  };
}
