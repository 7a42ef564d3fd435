// The request store of OSS: as the full adapter on the same server, and signed as the vendor's SDK signs.
import OSS from "ali-oss";
import { afterEach, describe, expect, test, vi } from "vitest";
import { connect } from "../../shared/stores/oss/connection.ts";
import { type OssBucket, type OssCredentials, requestUrl } from "../../shared/stores/oss/place.ts";
import { createOssRequestStore } from "../../shared/stores/oss/request-store.ts";
import { signHeaders } from "../../shared/stores/oss/signature.ts";
import { createOssStore, type OssStoreOptions } from "../../shared/stores/oss/store.ts";
import {
  leanBundleContract,
  type RequestStoreChanges,
  requestStoreContract,
  type StoreFault,
  type TestAccount,
} from "../contracts/request-store.ts";
import { type Failure, startOssServer } from "../servers/oss/server.ts";
import { optionsFor } from "../servers/oss/starting.ts";

requestStoreContract(
  "oss",
  async (account) => {
    const server = await startOssServer();
    server.accounts.push(named(account));
    const open = (changes: RequestStoreChanges) => {
      const options = { ...optionsFor(server), ...optionsOf({ credentials: async () => account, ...changes }) };
      return { requestStore: createOssRequestStore(options), store: createOssStore(options) };
    };
    return {
      ...open({}),
      open,
      headersOf(key) {
        const { contentType, cacheControl, acl } = server.content.object(key);
        return { contentType, cacheControl, acl };
      },
      admit(other, alone) {
        if (alone) server.accounts.splice(0);
        server.accounts.push(named(other));
      },
      fail(operation, fault, times = 1) {
        for (let n = 0; n < times; n++) server.fail(operation, failureOf(fault));
      },
      count: (operation) => server.operations.filter((name) => name === operation).length,
      moveClock: server.moveClock,
      settled: server.settledForms,
      breakDown: server.close,
      end: server.close,
    };
  },
  { full: { status: 403, code: "QuotaExceeded" }, attempts: 4 },
);

leanBundleContract("shared/stores/oss/request-store.ts", "shared/stores/oss/signature.ts");

describe("a signature is that of the vendor's SDK", () => {
  const place: OssBucket = { bucket: "films", region: "cn-hangzhou" };
  const key = "users/1/a_b.c-d.png";
  const at = Date.UTC(2030, 0, 2, 3, 4, 5, 678);

  afterEach(() => void vi.useRealTimers());

  describe.each<[string, OssCredentials]>([
    ["with a key", { accessKeyId: "LTAI5tKey", accessKeySecret: "a secret" }],
    ["with a token", { accessKeyId: "STS.Key", accessKeySecret: "a secret", securityToken: "CAIS+/=!'()*~ end" }],
  ])("%s", (_, credentials) => {
    const store = createOssRequestStore({ ...place, access: "private", credentials: async () => credentials });
    const sdk = () => sdkOf(place, credentials);
    const stop = () => vi.useFakeTimers({ toFake: ["Date"], now: at });

    test("in a URL", async () => {
      stop();
      const [ours, theirs] = [await store.url(key), await (await sdk()).signatureUrlV4("GET", 3600, {}, key)];
      expect(partsOf(ours)).toEqual(partsOf(theirs));
    });

    test("in a form", async () => {
      stop();
      const signed = await store.signUpload({ key, contentType: "image/png", size: 5, expiresAt: at + 60_000 });
      const fields: Record<string, string> = signed.method === "POST" ? signed.fields : {};
      const policy = JSON.parse(Buffer.from(fields.policy ?? "", "base64").toString());
      expect(fields["x-oss-signature"]).toBe((await sdk()).signPostObjectPolicyV4(policy, new Date(at)));
    });

    test.each(["PUT", "GET", "DELETE"])("in the header of a %s", async (method) => {
      const given = {
        "content-type": "image/png",
        "x-oss-object-acl": "private",
        "content-md5": "CY9rzUYh03PK3k6DJie09g==",
      };
      const { authorization, ...headers } = signHeaders({ place, credentials, at }, { method, key, headers: given });
      const expected = (await sdk()).authorizationV4(method, { headers }, place.bucket, key);
      expect(authorization).toBe(expected);
    });
  });
});

test.each<[string, Partial<OssBucket>]>([
  ["the region's endpoint", {}],
  ["the region by its long name", { region: "oss-cn-beijing" }],
  ["the internal network", { isInternal: true }],
  ["an endpoint that is given", { endpoint: "https://oss-accelerate.aliyuncs.com/" }],
  ["the region's, whatever outsiders use", { customDomain: "https://files.example.com" }],
])("requests go where the SDK's go: %s", async (_, changes) => {
  const place = { bucket: "films", region: "cn-hangzhou", ...changes };
  const client = await connect(place, async () => ({ accessKeyId: "a", accessKeySecret: "b" }), {
    timeoutMs: 1,
  }).client();
  expect(`${requestUrl(place)}key`).toBe(client.generateObjectUrl("key"));
});

function named({ id, secret, token }: TestAccount): OssCredentials & { securityToken?: string } {
  return { accessKeyId: id, accessKeySecret: secret, ...(token !== undefined && { securityToken: token }) };
}

function optionsOf({ credentials, timeoutMs, ...others }: RequestStoreChanges): Partial<OssStoreOptions> {
  return {
    ...others,
    ...(credentials && { credentials: async () => named(await credentials()) }),
    patience: { retryDelayMs: 1, ...(timeoutMs !== undefined && { timeoutMs }) },
  };
}

function failureOf(fault: StoreFault): Failure {
  if (typeof fault === "object") return fault;
  return ({ cut: "cut", lost: "cut answer", half: "cut body", silent: "hang" } as const)[fault];
}

/** In the SDK, and not in its types. */
interface Signs {
  signPostObjectPolicyV4(policy: object, date: Date): string;
  authorizationV4(method: string, request: { headers: object }, bucket: string, key: string): string;
}

async function sdkOf(place: OssBucket, { securityToken, ...key }: OssCredentials): Promise<OSS & Signs> {
  const token = securityToken === undefined ? {} : { stsToken: securityToken, refreshSTSTokenInterval: 1 };
  const options = { ...key, ...token, bucket: place.bucket, region: `oss-${place.region}`, secure: true };
  return new OSS({ ...options, authorizationV4: true }) as OSS & Signs;
}

function partsOf(url: string): unknown {
  const { origin, pathname, searchParams } = new URL(url);
  return [origin, pathname, Object.fromEntries(searchParams)];
}
