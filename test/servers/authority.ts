// Certificates as those who sign files have them, made anew for each run by openssl, and a clock that says when it has seen something (RFC 3161).
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

export type KeyKind = "P-256" | "P-384" | "P-521" | "ed25519" | "RSA";

export interface LeafOptions {
  key?: KeyKind;
  /** As openssl calls what the certificate is for; null: it does not say. */
  usage?: string | null;
  isAuthority?: boolean;
  days?: number;
}

export interface Signing {
  /** PEM: the leaf, the one between, the root. */
  certificates: string;
  privateKey: string;
}

export interface Authority {
  root: string;
  /** Of somebody who signs files, by the one between. */
  issue(options?: LeafOptions): Signing;
  /** One that vouches for itself. */
  selfSigned(): Signing;
  /** Answers time stamps at its URL; `answer`: what it does instead. */
  clock(answer?: "silence" | "error" | "junk"): Promise<{ url: string; asked: () => number; close: () => void }>;
  /** Throws unless the token (DER) is a time stamp of exactly these bytes by a clock of this authority. */
  checkStamp(token: Uint8Array, stamped: Uint8Array): void;
  close(): void;
}

const keyArguments: Readonly<Record<KeyKind, readonly string[]>> = {
  "P-256": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
  "P-384": ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
  "P-521": ["EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
  ed25519: ["ED25519"],
  RSA: ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
};

export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), "dream-factory-authority-"));
  const at = (name: string) => join(folder, name);
  const text = (name: string) => readFileSync(at(name), "utf8");
  let count = 0;
  let server: Server | null = null;

  function openssl(...parts: string[]): void {
    execFileSync("openssl", parts, { cwd: folder, timeout: 30_000, stdio: "pipe" });
  }

  function makeKey(name: string, kind: KeyKind = "P-256"): void {
    openssl("genpkey", "-algorithm", ...keyArguments[kind], "-out", `${name}.key`);
  }

  /** `extensions`: as openssl's configuration has them. */
  function certify(name: string, by: string | null, extensions: string[], days = 30): void {
    const subject = `/O=Test ${name.replace(/\d+$/, "")}/CN=${name}`;
    openssl("req", "-new", "-key", `${name}.key`, "-subj", subject, "-out", `${name}.csr`);
    writeFileSync(at(`${name}.ext`), extensions.join("\n"));
    const issuer = by === null ? ["-key", `${name}.key`] : ["-CA", `${by}.pem`, "-CAkey", `${by}.key`];
    const serial = ["-set_serial", `${1000 + ++count}`, "-days", `${days}`];
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      ...issuer,
      ...serial,
      "-extfile",
      `${name}.ext`,
      "-out",
      `${name}.pem`,
    );
  }

  const identifiers = ["subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid"];
  const ofAuthorities = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign", ...identifiers];
  function ofLeaf(usage: string | null): string[] {
    const purpose = usage === null ? [] : [`extendedKeyUsage=critical,${usage}`];
    return ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature", ...purpose, ...identifiers];
  }

  makeKey("root");
  certify("root", null, ofAuthorities);
  makeKey("between");
  certify("between", "root", ofAuthorities);

  return {
    root: text("root.pem"),

    issue({ key = "P-256", usage = "emailProtection", isAuthority = false, days = 30 } = {}) {
      const name = `signer${++count}`;
      makeKey(name, key);
      certify(name, "between", isAuthority ? ofAuthorities : ofLeaf(usage), days);
      const certificates = `${text(`${name}.pem`)}${text("between.pem")}${text("root.pem")}`;
      return { certificates, privateKey: text(`${name}.key`) };
    },

    selfSigned() {
      const name = `signer${++count}`;
      makeKey(name);
      certify(name, null, ofLeaf("emailProtection"));
      return { certificates: text(`${name}.pem`), privateKey: text(`${name}.key`) };
    },

    async clock(answer) {
      makeKey("clock");
      certify("clock", "root", ofLeaf("timeStamping"));
      writeFileSync(at("clock.cnf"), clockSettings);
      writeFileSync(at("clock.serial"), "01\n");
      let asked = 0;
      async function stamp(request: IncomingMessage, response: ServerResponse): Promise<void> {
        asked++;
        writeFileSync(at("query"), await buffer(request));
        if (answer === "silence") return;
        response.statusCode = answer === "error" ? 503 : 200;
        response.setHeader("content-type", "application/timestamp-reply");
        if (answer !== undefined) return void response.end("no time today");
        openssl("ts", "-reply", "-config", "clock.cnf", "-queryfile", "query", "-out", "reply");
        response.end(readFileSync(at("reply")));
      }
      const listening = createServer(stamp);
      server = listening;
      await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
      const { port } = listening.address() as AddressInfo;
      const close = () => {
        listening.closeAllConnections();
        listening.close();
      };
      return { url: `http://127.0.0.1:${port}/stamp`, asked: () => asked, close };
    },

    checkStamp(token, stamped) {
      writeFileSync(at("token"), token);
      writeFileSync(at("stamped"), stamped);
      openssl("ts", "-verify", "-token_in", "-in", "token", "-data", "stamped", "-CAfile", "root.pem");
    },

    close() {
      server?.closeAllConnections();
      server?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const clockSettings = `[ tsa ]
default_tsa = clock
[ clock ]
serial = clock.serial
crypto_device = builtin
signer_cert = clock.pem
certs = root.pem
signer_key = clock.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_chain = no
`;
