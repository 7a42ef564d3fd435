// The certificate with which files are signed (C2PA), its key, and who says when it was done.
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { ConfigProblem } from "./config-error.ts";
import { text, trimmed, type Values } from "./setting.ts";

export type SigningAlgorithm = "es256" | "es384" | "es512" | "ps256" | "ed25519";

export interface C2paConfig {
  /** PEM: the signer's own, and behind it those up to a root, which may be missing. */
  readonly certificates: string;
  /** PEM. */
  readonly privateKey: string;
  readonly algorithm: SigningAlgorithm;
  /** Null: nobody says when a file was signed. */
  readonly tsaUrl: string | null;
  /** Epoch milliseconds: the first of the certificates' ends. */
  readonly expiresAt: number;
}

/** Settings in one line have their line breaks written out. */
const inLines = (written: string) => `${written.replaceAll("\\n", "\n").trim()}\n`;
const pem = text().transform(inLines).optional();

export const c2paVariables = {
  C2PA_CERTIFICATE: pem,
  C2PA_PRIVATE_KEY: pem,
  C2PA_TSA_URL: trimmed(
    (written) => /^https?:$/.test(URL.parse(written)?.protocol ?? ""),
    "must be the http(s) URL of a time-stamping authority (RFC 3161), such as http://timestamp.digicert.com",
  ).optional(),
};

/**
 * What a certificate may be for, of which C2PA 2.2, 14.5.1 demands one: signing mail or documents, or claims of C2PA itself.
 * The other purposes that it names are those of authorities.
 */
const purposes = ["1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.62558.2.1"];

/** C2PA 2.2, 13.2.1. */
const MIN_RSA_BITS = 2048;

type Given = Readonly<Record<string, string | undefined>>;
type C2paSettings = Values<typeof c2paVariables>;

/** Whether it has run out is not asked: a system must start on that day as well. */
export function c2paProblems(given: Given): ConfigProblem[] {
  const { C2PA_CERTIFICATE: certificates, C2PA_PRIVATE_KEY: privateKey, C2PA_TSA_URL: tsaUrl } = given;
  if (certificates === undefined && privateKey === undefined) {
    const message = "is required: C2PA_TSA_URL says who says when files are signed, and nothing signs them";
    return tsaUrl === undefined ? [] : [{ variable: "C2PA_CERTIFICATE", message }];
  }
  if (certificates === undefined || privateKey === undefined) {
    const [variable, other] =
      certificates === undefined ? ["C2PA_CERTIFICATE", "C2PA_PRIVATE_KEY"] : ["C2PA_PRIVATE_KEY", "C2PA_CERTIFICATE"];
    return [{ variable, message: `is required: ${other} is set, and is no use alone` }];
  }
  const chain = chainIn(inLines(certificates));
  const key = keyIn(inLines(privateKey));
  return [
    ...(chain ? certificateProblems(chain) : [notPem]).map((message) => ({ variable: "C2PA_CERTIFICATE", message })),
    ...keyProblems(key, chain).map((message) => ({ variable: "C2PA_PRIVATE_KEY", message })),
  ];
}

export function c2paConfigOf({ C2PA_CERTIFICATE, C2PA_PRIVATE_KEY, C2PA_TSA_URL }: C2paSettings): C2paConfig | null {
  if (C2PA_CERTIFICATE === undefined || C2PA_PRIVATE_KEY === undefined) return null;
  const [chain, key] = [chainIn(C2PA_CERTIFICATE), keyIn(C2PA_PRIVATE_KEY)];
  const algorithm = key && algorithmOf(key);
  // What is wrong was found before, in words.
  if (!chain || !algorithm) return null;
  return {
    certificates: C2PA_CERTIFICATE,
    privateKey: C2PA_PRIVATE_KEY,
    algorithm,
    tsaUrl: C2PA_TSA_URL ?? null,
    expiresAt: Math.min(...chain.map(({ validTo }) => Date.parse(validTo))),
  };
}

const notPem = "must be certificates as PEM: your own first, and behind it those up to the root";

function certificateProblems([leaf, ...others]: readonly [X509Certificate, ...X509Certificate[]]): string[] {
  const problems: string[] = [];
  if (leaf.ca) problems.push("must begin with your own certificate: the first one is an authority's");
  else if (leaf.verify(leaf.publicKey))
    problems.push("must come from an authority: it vouches for itself, which C2PA does not allow");
  // Node calls so what X.509 calls the extended usage.
  else if (!leaf.keyUsage?.some((each) => purposes.includes(each)))
    problems.push(`must be for signing mail, documents or claims of C2PA (extended key usage ${purposes.join(", ")})`);
  const all = [leaf, ...others];
  if (others.some((each, i) => !all[i]?.verify(each.publicKey)))
    problems.push("must be a chain: each certificate by the one behind it");
  return problems;
}

function keyProblems(key: KeyObject | null, chain: readonly [X509Certificate, ...X509Certificate[]] | null): string[] {
  if (!key) return ["must be a private key as PEM, without a password"];
  if (!algorithmOf(key))
    return [`must be of a kind that C2PA knows: P-256, P-384, P-521, Ed25519, or RSA of at least ${MIN_RSA_BITS} bits`];
  return chain && !chain[0].checkPrivateKey(key) ? ["must be that of the first of the certificates"] : [];
}

function chainIn(text: string): [X509Certificate, ...X509Certificate[]] | null {
  try {
    const [first, ...others] = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    return first === undefined
      ? null
      : [new X509Certificate(first), ...others.map((each) => new X509Certificate(each))];
  } catch {
    return null;
  }
}

function keyIn(text: string): KeyObject | null {
  try {
    return createPrivateKey(text);
  } catch {
    return null;
  }
}

const curves: Readonly<Record<string, SigningAlgorithm>> = {
  prime256v1: "es256",
  secp384r1: "es384",
  secp521r1: "es512",
};

function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): SigningAlgorithm | null {
  if (type === "ed25519") return "ed25519";
  if (type === "ec") return curves[details?.namedCurve ?? ""] ?? null;
  const isRsa = type === "rsa" || type === "rsa-pss";
  return isRsa && (details?.modulusLength ?? 0) >= MIN_RSA_BITS ? "ps256" : null;
}
