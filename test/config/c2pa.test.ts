// C2PA_*: which certificates and keys are taken, and what is said of those that would sign nothing valid.
import { afterAll, describe, expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { ConfigError } from "../../shared/config/config-error.ts";
import { signingWarnings } from "../../shared/runtime/telling/signing.ts";
import { needC2pa } from "../labels/c2pa-library.ts";
import { createAuthority, type KeyKind, type LeafOptions, type Signing } from "../servers/authority.ts";

const authority = createAuthority();
afterAll(() => authority.close());
const own = authority.issue();

function settings({ certificates, privateKey }: Signing, more: Record<string, string> = {}) {
  return { C2PA_CERTIFICATE: certificates, C2PA_PRIVATE_KEY: privateKey, ...more };
}

function problems(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, message }) => `${variable} ${message}`);
  }
}

describe("What signs is taken", () => {
  test.each([
    ["P-256", "es256"],
    ["P-384", "es384"],
    ["P-521", "es512"],
    ["ed25519", "ed25519"],
    ["RSA", "ps256"],
  ] as const satisfies [KeyKind, string][])("with a key of the kind %s", (key, algorithm) => {
    const signing = authority.issue({ key });
    const { c2pa } = readConfig(settings(signing, { C2PA_TSA_URL: "http://time.example.com/stamp" }));
    expect(c2pa).toEqual({
      certificates: signing.certificates,
      privateKey: signing.privateKey,
      algorithm,
      tsaUrl: "http://time.example.com/stamp",
      expiresAt: expect.any(Number),
    });
  });

  test("in one line, with its breaks written out; and among the keys of vendors, as a cloud's secret", () => {
    const inOne = (text: string) => text.trim().replaceAll("\n", "\\n");
    const oneLine = { certificates: inOne(own.certificates), privateKey: inOne(own.privateKey) };
    const { c2pa } = readConfig(settings(own));
    expect(readConfig(settings(oneLine)).c2pa).toEqual(c2pa);
    expect(readConfig({ VENDOR_KEYS: JSON.stringify(settings(own)) }).c2pa).toEqual(c2pa);
  });

  test("also without its root, and not at all", () => {
    const certificates = own.certificates
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .slice(0, 2)
      .join("");
    expect(readConfig(settings({ ...own, certificates })).c2pa).not.toBeNull();
    expect(readConfig({}).c2pa).toBeNull();
  });
});

describe("What signs nothing valid is named, with what to do", () => {
  const parts = own.certificates.split(/(?<=-----END CERTIFICATE-----\n)/);

  test.each([
    ["C2PA_PRIVATE_KEY is required: C2PA_CERTIFICATE is set", { C2PA_CERTIFICATE: own.certificates }],
    ["C2PA_CERTIFICATE is required: C2PA_PRIVATE_KEY is set", { C2PA_PRIVATE_KEY: own.privateKey }],
    ["C2PA_CERTIFICATE is required: C2PA_TSA_URL says", { C2PA_TSA_URL: "http://time.example.com" }],
    ["C2PA_CERTIFICATE must be certificates as PEM", settings({ ...own, certificates: "/etc/certificate.pem" })],
    ["C2PA_PRIVATE_KEY must be a private key as PEM", settings({ ...own, privateKey: "/etc/key.pem" })],
    ["C2PA_PRIVATE_KEY must be that of the first", settings({ ...own, privateKey: authority.issue().privateKey })],
    ["C2PA_CERTIFICATE must come from an authority", settings(authority.selfSigned())],
    ["C2PA_CERTIFICATE must begin with your own", settings(authority.issue({ isAuthority: true }))],
    ["C2PA_CERTIFICATE must be a chain", settings({ ...own, certificates: `${parts[0]}${parts[2]}` })],
    ["C2PA_TSA_URL must be the http", settings(own, { C2PA_TSA_URL: "time.example.com" })],
  ])("%s", (words, environment) => {
    expect(problems(environment)).toEqual([expect.stringContaining(words)]);
  });

  test.each([{ usage: "serverAuth" }, { usage: "timeStamping" }, { usage: null }] satisfies LeafOptions[])(
    "a certificate for something else: $usage",
    (options) => {
      expect(problems(settings(authority.issue(options)))).toEqual([
        expect.stringContaining("C2PA_CERTIFICATE must be for signing mail, documents or claims"),
      ]);
    },
  );
});

describe("An operator is told", () => {
  needC2pa();
  const told = (environment: Record<string, string>, now = Date.now()) => signingWarnings(readConfig(environment), now);
  const stamped = { C2PA_TSA_URL: "http://time.example.com" };
  const { c2pa } = readConfig(settings(own));
  const endsAt = c2pa?.expiresAt ?? 0;
  const day = 24 * 60 * 60_000;

  test("nothing where nothing is missing", async () => {
    expect(await told(settings(own, { ...stamped, LABEL_PROFILE: "eu" }), endsAt - 31 * day)).toEqual([]);
    expect(await told({})).toEqual([]);
  });

  test.each([
    ["LABEL_PROFILE is eu, and files are not signed", { LABEL_PROFILE: "eu" }, endsAt - 31 * day],
    ["nothing is signed: LABEL_PROFILE is none", settings(own, { LABEL_PROFILE: "none" }), endsAt - 31 * day],
    ["C2PA_CERTIFICATE runs out on", settings(own, stamped), endsAt - 29 * day],
    ["has run out .*: files are not signed", settings(own, stamped), endsAt],
    [
      "has run out .*: jobs whose files could be signed will fail",
      settings(own, { ...stamped, LABEL_PROFILE: "eu" }),
      endsAt,
    ],
    ["C2PA_TSA_URL is not set", settings(own), endsAt - 31 * day],
  ])("%s", async (words, environment, now) => {
    expect(await told(environment, now)).toEqual([expect.stringMatching(`^warning: .*${words}`)]);
  });
});
