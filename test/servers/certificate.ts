// Self-signed certificates, made anew for each run: none expires in the repository.
import { generateKeyPairSync, type KeyPairKeyObjectResult, sign } from "node:crypto";

/** PEM of a P-256 key and of a certificate for these DNS names. */
export function createCertificate(...names: string[]): { cert: string; key: string } {
  return selfSigned(generateKeyPairSync("ec", { namedCurve: "P-256" }), ecdsaWithSha256(), names);
}

/** The same with an RSA key. */
export function createRsaCertificate(...names: string[]): { cert: string; key: string } {
  return selfSigned(generateKeyPairSync("rsa", { modulusLength: 2048 }), rsaWithSha256(), names);
}

function selfSigned({ privateKey, publicKey }: KeyPairKeyObjectResult, algorithm: Buffer, names: string[]) {
  const toBeSigned = sequence(
    der(0xa0, integer(2)),
    integer(1),
    algorithm,
    commonName("test origin"),
    sequence(utcTime("200101000000Z"), utcTime("491231235959Z")),
    commonName("test origin"),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(subjectAltName(names))),
  );
  const signature = sign("sha256", toBeSigned, privateKey);
  const certificate = sequence(toBeSigned, algorithm, der(0x03, Buffer.concat([Buffer.of(0), signature])));
  return { cert: pem(certificate), key: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}

// X.690: a tag, the length, and the content.
function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function integer(value: number): Buffer {
  return der(0x02, Buffer.of(value));
}

function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text));
}

/** RFC 5758, 3.2: 1.2.840.10045.4.3.2. */
function ecdsaWithSha256(): Buffer {
  return sequence(der(0x06, Buffer.from("2a8648ce3d040302", "hex")));
}

/** RFC 8017, A.2.4: 1.2.840.113549.1.1.11, with NULL as its parameters. */
function rsaWithSha256(): Buffer {
  return sequence(der(0x06, Buffer.from("2a864886f70d01010b", "hex")), der(0x05, Buffer.alloc(0)));
}

/** RFC 5280: 2.5.4.3 in a set of its own. */
function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(der(0x06, Buffer.from("550403", "hex")), der(0x0c, Buffer.from(name)))));
}

/** RFC 5280, 4.2.1.6: 2.5.29.17, names of the kind dNSName. */
function subjectAltName(names: string[]): Buffer {
  const list = sequence(...names.map((name) => der(0x82, Buffer.from(name))));
  return sequence(der(0x06, Buffer.from("551d11", "hex")), der(0x04, list));
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
