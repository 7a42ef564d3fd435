import { createHmac, generateKeyPairSync, randomBytes } from "node:crypto";
import jwt from "jsonwebtoken";
import { describe, expect, test } from "vitest";
import { signToken } from "../../shared/users/sign-token.ts";
import { verifyToken } from "../../shared/users/tokens.ts";

const secret = "a-secret-for-tests-of-at-least-32-bytes";
const now = Date.UTC(2026, 0, 1);
const second = now / 1000;
const claims = { userId: "01900000-0000-7000-8000-000000000001", tokenVersion: 3 };
const payload = {
  sub: claims.userId,
  ver: 3,
  iss: "dream-factory",
  aud: "dream-factory",
  iat: second,
  exp: second + 60,
};
const header = { alg: "HS256", typ: "JWT" };

test("a token says whose it is until it expires, and 30 seconds of skew longer", () => {
  const { token, expiresAt } = signToken(claims, { secret, now, lifetimeMs: 60_000 });
  expect(expiresAt).toBe("2026-01-01T00:01:00.000Z");
  for (const ms of [0, 60_000, 89_000]) expect(verifyToken(token, { secret, now: now + ms })).toEqual(claims);
  for (const ms of [91_000, 3_600_000]) expect(verifyToken(token, { secret, now: now + ms })).toBeNull();
});

test("one that was taken before ends all the same, and is nothing to another secret or with another signature", () => {
  const { token } = signToken(claims, { secret, now, lifetimeMs: 60_000 });
  const late = { secret, now: now + 91_000 };
  for (let n = 0; n < 2; n++) {
    expect(verifyToken(token, { secret, now })).toEqual(claims);
    expect(verifyToken(token, late)).toBeNull();
    expect(verifyToken(token, { secret: "another-secret-of-at-least-32-bytes!", now })).toBeNull();
    expect(verifyToken(`${token.slice(0, -4)}AAAA`, { secret, now })).toBeNull();
  }
});

test("a token names its algorithm, its issuer and its audience", () => {
  const { token } = signToken(claims, { secret, now, lifetimeMs: 60_000 });
  expect(jwt.decode(token, { complete: true })).toMatchObject({ header, payload });
});

test("what these tests sign by hand is taken when nothing is wrong with it", () => {
  expect(verify(sign(header, payload))).toEqual(claims);
});

describe("is refused:", () => {
  test.each([
    ["another secret", sign(header, payload, "another-secret-of-at-least-32-bytes!")],
    ["no signature", `${unsigned(header, payload)}.`],
    ["a cut signature", sign(header, payload).slice(0, -2)],
    ["alg none", `${unsigned({ alg: "none", typ: "JWT" }, payload)}.`],
    ["alg NONE with a signature", sign({ alg: "NONE", typ: "JWT" }, payload)],
    ["HS512 with our secret", jwt.sign(payload, secret, { algorithm: "HS512" })],
    ["HS256 in another spelling", sign({ alg: "hs256", typ: "JWT" }, payload)],
    ["a key of its own in the header", sign({ ...header, jwk: { kty: "oct", k: "AAAA" } }, payload)],
    ["a key address in the header", sign({ ...header, jku: "https://evil.example/keys" }, payload)],
    ["a key id in the header", sign({ ...header, kid: "../../etc/passwd" }, payload)],
    ["a critical word that we do not know", sign({ ...header, crit: ["b64"], b64: true }, payload)],
    ["no type", sign({ alg: "HS256" }, payload)],
    ["another type", sign({ ...header, typ: "at+jwt" }, payload)],
    ["an issuer of others", sign(header, { ...payload, iss: "somebody" })],
    ["an audience of others", sign(header, { ...payload, aud: "somebody" })],
    ["us among other audiences", sign(header, { ...payload, aud: ["dream-factory", "somebody"] })],
    ["no issuer", sign(header, { ...payload, iss: undefined })],
    ["no audience", sign(header, { ...payload, aud: undefined })],
    ["no expiry", sign(header, { ...payload, exp: undefined })],
    ["an expiry that is a text", sign(header, { ...payload, exp: String(payload.exp) })],
    ["an expiry in the past", sign(header, { ...payload, exp: second - 31 })],
    ["a beginning in the future", sign(header, { ...payload, nbf: second + 31 })],
    ["no user", sign(header, { ...payload, sub: undefined })],
    ["a user that is no text", sign(header, { ...payload, sub: { $ne: null } })],
    ["no version", sign(header, { ...payload, ver: undefined })],
    ["a version that is a text", sign(header, { ...payload, ver: "3" })],
    ["a payload that is a text", sign(header, "hello")],
    ["a payload that is a list", sign(header, [payload])],
    ["a payload that is null", sign(header, null)],
    ["a header that is null", sign(null, payload)],
    ["a header that is no JSON", `${base64("{")}.${base64("{}")}.AAAA`],
    ["a token of a megabyte", sign(header, { ...payload, more: "x".repeat(1_000_000) })],
    ["nothing", ""],
    ["dots", ".."],
  ])("%s", (_name, token) => {
    expect(verify(token)).toBeNull();
  });
});

test("a token that a public key would verify is refused, and that key as the secret is no way round it", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  expect(verify(jwt.sign(payload, privateKey, { algorithm: "RS256" }))).toBeNull();
  expect(verify(sign(header, payload, pem))).toBeNull();
  expect(verifyToken(jwt.sign(payload, privateKey, { algorithm: "RS256" }), { secret: pem, now })).toBeNull();
});

test("no single changed character of a token passes, and no garbage throws", () => {
  const token = sign(header, payload);
  for (let at = 0; at < token.length; at++) {
    const other = `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
    // The last character carries bits that decode to nothing.
    if (at < token.length - 1 && other !== token) expect([at, verify(other)]).toEqual([at, null]);
  }
  for (let n = 0; n < 300; n++) {
    const parts = Array.from({ length: n % 6 }, () => randomBytes(n % 40).toString(n % 2 ? "base64url" : "latin1"));
    expect(verify(parts.join("."))).toBeNull();
  }
});

test("whatever is verified here, a well-known library verifies as well, and the other way round", () => {
  const bodies = [
    payload,
    ...Object.keys(payload).flatMap((name) =>
      [
        undefined,
        null,
        0,
        -1,
        1e21,
        second,
        second - 30,
        second - 29.5,
        second + 30,
        second + 31,
        "",
        "3",
        [],
        {},
        true,
      ].map((value) => ({ ...payload, [name]: value })),
    ),
    ...[second, second + 30, second + 31, "x", null, 1.5].map((nbf) => ({ ...payload, nbf })),
    ...[second + 60, -1, "x"].map((iat) => ({ ...payload, iat })),
    ...["a", 1, null, [payload], { payload }, ""],
  ];
  const heads = [
    header,
    { ...header, typ: "jwt" },
    { alg: "HS384", typ: "JWT" },
    { ...header, kid: "1" },
    null,
    [],
    "HS256",
  ];
  const tokens = heads.flatMap((head) => bodies.map((body) => sign(head, body)));
  const others = tokens.flatMap((token) => [
    `${token}=`,
    ` ${token}`,
    `${token}.`,
    token.replace(".", ".."),
    `${token}\n`,
  ]);
  const taken = [...tokens, ...others].filter((token) => {
    expect([token, verify(token)]).toEqual([token, verifyByLibrary(token)]);
    return verify(token) !== null;
  });
  expect(taken.length).toBeGreaterThan(10);
});

/** With the two rules of ours that the library does not know: no other word in the header, and one audience. */
function verifyByLibrary(token: string) {
  try {
    const { header: head, payload: body } = jwt.verify(token, secret, {
      ...{ algorithms: ["HS256"], issuer: "dream-factory", audience: "dream-factory", complete: true },
      ...{ clockTolerance: 30, clockTimestamp: second },
    });
    const isOurs = head.typ === "JWT" && Object.keys(head).length === 2 && typeof body !== "string";
    if (!isOurs || body.aud !== "dream-factory" || typeof body.exp !== "number") return null;
    const isWhole = typeof body.sub === "string" && Number.isSafeInteger(body.ver);
    return isWhole ? { userId: body.sub, tokenVersion: body.ver } : null;
  } catch {
    return null;
  }
}

function verify(token: string) {
  return verifyToken(token, { secret, now });
}

function sign(head: unknown, body: unknown, key = secret): string {
  const text = unsigned(head, body);
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
}

function unsigned(head: unknown, body: unknown): string {
  return `${base64(JSON.stringify(head))}.${base64(JSON.stringify(body))}`;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64url");
}
