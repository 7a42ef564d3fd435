// What a log line must never say: secrets by the name of their field, by their look, and by their value.

const HIDDEN = "[redacted]";
/** A line is for reading: what is longer, deeper or wider than this is cut. It also bounds the work on objects that lead everywhere. */
const MAX_TEXT = 8192;
const MAX_DEPTH = 8;
const MAX_VALUES = 500;
/** All texts and names of one line together; well below what a cloud takes as one event (256 KB), also in four bytes a character. */
const MAX_LINE_TEXT = 48 * 1024;
const MAX_NAME = 256;

/** Names, in lower case without - and _, whose values are hidden; the second list also as a part of a longer name. */
const secretNames = new Set(["key", "jwt", "idempotencykey"]);
const secretParts =
  /authorization|cookie|token|secret|password|passwd|signature|credential|apikey|accesskey|privatekey/;

/** Answers plain data for JSON, with errors as objects that keep their chain of causes. */
export type Redact = (value: unknown) => unknown;

/** `secrets`: values that are hidden wherever they stand, whole or inside a text. Those under 8 characters are left out: they would hide words. */
export function createRedact(secrets: readonly string[]): Redact {
  const known = secrets.filter((secret) => secret.length >= 8);
  const hide = (text: string) => hideLooks(known.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text));
  return (value) => redactValue(value, hide);
}

function redactValue(root: unknown, hide: (text: string) => string): unknown {
  let seen = 0;
  let room = MAX_LINE_TEXT;

  const fitting = (text: string, most: number) => {
    const cut = text.slice(0, Math.min(most, room));
    room -= cut.length;
    return cut;
  };

  const walk = (value: unknown, depth: number): unknown => {
    // Cut after hiding: half of a secret is not known for one.
    if (typeof value === "string") return fitting(hide(value.slice(0, 2 * MAX_TEXT)), MAX_TEXT);
    if (typeof value === "bigint") return value.toString();
    if (typeof value !== "object" || value === null) return value;
    seen += 1;
    if (depth >= MAX_DEPTH || seen > MAX_VALUES) return "[more]";
    if (Array.isArray(value)) return value.slice(0, MAX_VALUES).map((entry) => walk(entry, depth + 1));
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof URL) return hide(value.href);
    if (value instanceof Date) return String(value);
    return fields(value instanceof Error ? errorFields(value) : value, depth);
  };

  const fields = (value: object, depth: number) =>
    Object.fromEntries(
      Object.keys(value)
        .slice(0, MAX_VALUES)
        .map((name) => [fitting(name, MAX_NAME), isSecretName(name) ? HIDDEN : walk(read(value, name), depth + 1)]),
    );

  return walk(root, 0);
}

/** A getter may throw. */
function read(value: object, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return "[unreadable]";
  }
}

function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[-_]/g, "");
  return secretNames.has(plain) || secretParts.test(plain);
}

/** Users and queries of URLs, bearer and basic credentials, JWTs, password hashes. */
function hideLooks(text: string): string {
  return text
    .replaceAll(/(:\/\/)[^\s"'<>/?#@]*@/g, `$1${HIDDEN}@`)
    .replaceAll(/\?[\w.~%[\]-]+=[^\s"'<>]*/g, `?${HIDDEN}`)
    .replaceAll(/\b(bearer|basic) +[\w.~+/=-]+/gi, `$1 ${HIDDEN}`)
    .replaceAll(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, HIDDEN)
    .replaceAll(/\$argon2[\w$=,+/]+/g, HIDDEN);
}

/** What JSON would leave out of an error: it stands on the prototype or is not enumerable. */
function errorFields(error: Error): object {
  const own = { ...error, name: error.name, message: error.message, stack: error.stack };
  const cause = error.cause === undefined ? {} : { cause: error.cause };
  return { ...own, ...cause, ...(error instanceof AggregateError ? { errors: error.errors } : {}) };
}
