// The proof that a store holds to what jobs lean on, by asking for it: conditions on puts and copies, and uploads signed for one file.
import { randomUUID } from "node:crypto";
import { AppError } from "../errors/app-error.ts";
import { tempPrefix } from "../media/keys.ts";
import type { SignedUpload, UploadRequest } from "../ports/object-store.ts";
import { fetchAnswer, refusalOf, type SignedRequest, type StoreAnswer, StoreRefusal, sendUpload } from "./fetching.ts";
import { adviceFor } from "./final-refusal.ts";
import { persistently } from "./retries.ts";

type Headers = Record<string, string>;

/** A vendor's way to say it. Null: the store is known not to, and is used without (the adapter says what that means). */
export interface Provable {
  /** As an operator knows it, such as `https://films.s3.eu-central-1.amazonaws.com`. */
  place(): Promise<string>;
  sign(request: {
    method: SignedRequest["method"];
    key: string;
    headers: Headers;
    body?: Uint8Array;
  }): Promise<SignedRequest>;
  /** Those that go with every object under this key. */
  headersOf(key: string): Headers;
  putIfAbsent: Headers | null;
  copyIfAbsent: Headers | null;
  /** Copies from this key, while it has this ETag. */
  copyFrom(key: string, etag: string): Headers;
  signUpload(request: UploadRequest): Promise<SignedUpload>;
  /** True: a signed upload may be sent again until it expires. */
  repeatsUploads: boolean;
  /** It stays until the operator has changed something. */
  isFinal(refusal: StoreRefusal): boolean;
  /** The error of the catalogue for a request that failed otherwise. */
  explain(error: unknown): unknown;
  /** Before the second try, up to twice as long; three times as long before the third. */
  retryDelayMs: number;
}

const TIMEOUT_MS = 5000;
const RETRIES = 2;
const UPLOAD_SECONDS = 60;
const anotherEtag = `"${"0".repeat(32)}"`;

const noConditions =
  "Jobs would overwrite each other's files: take a store that has conditional writes, or a newer release of this one, " +
  "and see that STORAGE_PROVIDER names the right one.";

/**
 * Throws `unavailable`: with a message that names the store, what it does wrong and what to do, when only the operator can mend it. A proof in
 * which an answer got lost is begun anew, under other keys: a put that was done twice by us would look like a store that forgets.
 */
export async function prove(probe: () => Promise<void>, provable: Provable): Promise<void> {
  try {
    const refused = await probe().then(() => null, unlessForOperator);
    await persistently(() => proveOnce(provable), {
      ...{ retries: RETRIES, delayMs: provable.retryDelayMs },
      mayPass: (error) => !(error instanceof Unfit) && !(error instanceof StoreRefusal && error.status === 404),
    });
    // It may be written with this key, and yet not read.
    if (refused) throw new Unfit(READING, { said: refused.forOperator ?? "", cause: refused });
  } catch (error) {
    if (error instanceof Unfit) throw error.at(await provable.place());
    throw error instanceof AppError ? error : provable.explain(error);
  }
}

const READING =
  "refuses what is written, read or deleted there. Check the rights of its key or role, and its settings.";

function unlessForOperator(error: unknown): AppError {
  if (error instanceof AppError && error.forOperator !== undefined) return error;
  throw error;
}

/** What only the operator can mend; `said` is the store's own, for the log alone. */
class Unfit extends Error {
  readonly said: string;

  constructor(fault: string, { said = "", cause }: { said?: string; cause?: Error } = {}) {
    super(fault, { cause });
    this.said = said;
  }

  at(place: string): AppError {
    const message = `The store at ${place} ${this.message}`;
    const forOperator = this.said === "" ? message : `${message} It says: ${this.said}`;
    return new AppError("unavailable", { message, forOperator, cause: this.cause ?? this });
  }
}

async function proveOnce(provable: Provable): Promise<void> {
  // No function is called for what is made here, and the purge takes what stays.
  const folder = `${tempPrefix}probe/${randomUUID()}`;
  const keys = ["put", "copy", "other", "upload"].map((name) => `${folder}-${name}`);
  const [put = "", copy = "", other = "", upload = ""] = keys;
  try {
    const all = [proveConditions(provable, { put, copy, other }), proveUploads(provable, upload)];
    await Promise.allSettled(all);
    await Promise.all(all);
  } finally {
    await Promise.allSettled(keys.map((key) => send(provable, "DELETE", key)));
  }
}

async function proveConditions(provable: Provable, keys: { put: string; copy: string; other: string }): Promise<void> {
  const { putIfAbsent, copyIfAbsent, copyFrom } = provable;
  const first = await send(provable, "PUT", keys.put, { headers: putIfAbsent ?? {}, body: "first" });
  const etag = done(provable, "a put under a condition that holds", first).headers.get("etag") ?? "";
  if (putIfAbsent) {
    const second = await send(provable, "PUT", keys.put, { headers: putIfAbsent, body: "second" });
    refused(provable, second, `ignores ${namesOf(putIfAbsent)}: a second put replaced the first`);
  }
  const copying = (headers: Headers) => ({ headers: { ...headers, ...copyIfAbsent } });
  const wrong = await send(provable, "PUT", keys.other, copying(copyFrom(keys.put, anotherEtag)));
  refused(
    provable,
    wrong,
    "ignores the condition on the source of a copy: it copied another file than the one that was checked",
  );
  const copied = await send(provable, "PUT", keys.copy, copying(copyFrom(keys.put, etag)));
  done(provable, "a copy under conditions that hold", copied);
  if (copyIfAbsent) {
    const again = await send(provable, "PUT", keys.copy, copying(copyFrom(keys.put, etag)));
    refused(provable, again, `ignores ${namesOf(copyIfAbsent)} of a copy: a second copy replaced the first`);
  }
}

async function proveUploads(provable: Provable, key: string): Promise<void> {
  const bytes = Buffer.from("a file");
  const request = { key, contentType: "image/png", size: bytes.length, expiresAt: Date.now() + UPLOAD_SECONDS * 1000 };
  const signed = await provable.signUpload(request);
  const answerTo = (file: Uint8Array) => sendUpload(signed, file, TIMEOUT_MS);
  const larger = await answerTo(Buffer.from("a larger file"));
  refused(provable, larger, "ignores the size that an upload was signed for");
  done(provable, "an upload that was signed for it", await answerTo(bytes));
  if (provable.repeatsUploads) return;
  refused(
    provable,
    await answerTo(Buffer.from("A FILE")),
    "takes a signed upload twice: the second file replaced the first",
  );
}

async function send(
  provable: Provable,
  method: SignedRequest["method"],
  key: string,
  { headers = {}, body }: { headers?: Headers; body?: string } = {},
): Promise<StoreAnswer> {
  const all = method === "PUT" ? { ...provable.headersOf(key), ...headers } : headers;
  const signed = await provable.sign({ method, key, headers: all, ...(body && { body: Buffer.from(body) }) });
  return fetchAnswer(signed, TIMEOUT_MS);
}

/** The answer, when it did what it should. */
function done(provable: Provable, what: string, answer: StoreAnswer): StoreAnswer {
  const refusal = refusalOf(answer);
  if (refusal) throw failing(provable, refusal, `refuses ${what}`);
  // CopyObject: an error may come behind the head of a success.
  if (answer.bytes.includes("<Error>")) throw new StoreRefusal({ ...answer, status: 500 });
  return answer;
}

/** Throws unless a condition kept the store from doing it. */
function refused(provable: Provable, answer: StoreAnswer, fault: string): void {
  const refusal = refusalOf(answer);
  if (!refusal) throw new Unfit(`${fault}. ${noConditions}`);
  // A wrong signature and a wrong size are refused in each store's own way, as final as a condition that does not hold.
  const isMeant = [409, 412].includes(refusal.status) || (refusal.status < 500 && provable.isFinal(refusal));
  if (!isMeant) throw failing(provable, refusal, "does not know a condition that jobs lean on");
}

/** What may pass, and a bucket that is not there, are an outage. */
function failing(provable: Provable, refusal: StoreRefusal, fault: string): Error {
  if (!provable.isFinal(refusal)) return refusal;
  const { status, code, said } = refusal;
  return new Unfit(`${fault}: ${status} ${code}. ${adviceFor({ status, code })}`, { said, cause: refusal });
}

function namesOf(headers: Headers): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join(", ");
}
