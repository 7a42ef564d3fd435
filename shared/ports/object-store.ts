// The object store: whole objects by key, in the operator's own bucket or folder.

export interface ObjectInfo {
  key: string;
  /** Bytes. */
  size: number;
  /** Changes whenever the content under the key is replaced. Opaque; only ever compared. */
  etag: string;
  /** Of the last write, epoch milliseconds, by the store's clock. */
  modifiedAt: number;
}

export interface PutOptions {
  /** True: leave an object that is already there alone and answer null. */
  ifAbsent?: boolean;
  /** Stops the upload. Nothing appears under the key. */
  signal?: AbortSignal;
}

export interface ByteRange {
  /** First byte, from 0. */
  start: number;
  /** Last byte, inclusive; at or after `start`. Beyond the end means up to the end. */
  end: number;
}

export type CopyOutcome =
  /** The object was copied, or an object was there already: it was left alone. `info` is what lies there now. */
  | { state: "copied" | "exists"; info: ObjectInfo }
  /** There is no source, or its ETag is another one. Nothing was copied. */
  | { state: "source_missing" | "source_changed" };

/** An object that may still be there, and why: an error as `delete` throws it. */
export interface NotDeleted {
  key: string;
  error: unknown;
}

export interface UploadRequest {
  /** Exactly this key. */
  key: string;
  /** Exactly this type, such as `image/png`. */
  contentType: string;
  /** Exactly so many bytes. */
  size: number;
  /** Epoch milliseconds; what begins later is refused. */
  expiresAt: number;
}

/** How somebody without credentials sends one file straight to the store. Whoever has it may use it: it is told to nobody else, and never logged. */
export type SignedUpload =
  /** A form, `multipart/form-data`: these fields, unchanged, and behind them the file as the field `file`. */
  | { method: "POST"; url: string; fields: Record<string, string> }
  /** For stores that take no forms: the bare bytes, with these headers among the request's. */
  | { method: "PUT"; url: string; headers: Record<string, string> };

/**
 * - An object appears whole or not at all: a put that throws, is aborted or dies leaves nothing under the key.
 * - Reads see every write that was answered before.
 * - Bodies stream: memory is bounded by a few chunks, whatever the size.
 * - An object's Content-Type follows from its key alone (`contentTypeOfKey`): it is set by the adapter, never by a caller. Only what came
 *   by a signed upload may carry the signed type, for as long as it lies where it came to: a copy has the type of its own key.
 * - Keys are 1 to 512 characters of `[A-Za-z0-9._-]` in segments divided by `/`; none empty, `.` or `..`. Other keys are refused with a RangeError.
 */
export interface ObjectStore {
  /** Writes an object. With `ifAbsent`, null when the key was taken (also when it was taken while the body streamed). */
  put(key: string, body: Uint8Array | AsyncIterable<Uint8Array>, options?: PutOptions): Promise<ObjectInfo | null>;

  /** The object, or null. A range that begins behind the end is refused with a RangeError. The body must be read or cancelled. */
  get(key: string, options?: { range?: ByteRange; signal?: AbortSignal }): Promise<StoredObject | null>;

  head(key: string): Promise<ObjectInfo | null>;

  /** Copies within the store if the source still has `ifMatch` as its ETag; never replaces an object at `to`. */
  copy(from: string, to: string, options: { ifMatch: string }): Promise<CopyOutcome>;

  /** Removes the object; that there is none is a success. */
  delete(key: string): Promise<void>;

  /**
   * Removes these objects, any number of them, by as few requests as the store allows; that one is not there is a success. One that stays does not
   * keep the others: those that could not be removed are answered. Throws when the store is away or refuses altogether: some may be gone by then.
   */
  deleteMany(keys: readonly string[]): Promise<NotDeleted[]>;

  /** One page in the order of the keys' bytes: keys that begin with `prefix`, behind `after`. `isLast` when nothing follows. */
  list(query: {
    prefix: string;
    limit: number;
    after?: string | undefined;
  }): Promise<{ objects: ObjectInfo[]; isLast: boolean }>;

  /** An absolute URL that serves the object without Authorization: permanent when the store is public, else signed for an hour. */
  url(key: string): Promise<string>;

  /**
   * The same for somebody who saves the file: whoever serves it says that it is to be saved, and under that name, with the extension of the key.
   * Good for an hour at least where it has to be signed, which it also has to be in a public store.
   */
  downloadUrl(key: string, name: string): Promise<string>;

  /**
   * Lets a file be sent straight to the store, once: only under this key, of this type and size, before `expiresAt`, and only while the key
   * is free. What is sent otherwise is refused by the store, and nothing of it appears, nor of an upload that breaks off. Whether the bytes
   * are of the type that is claimed, no store looks. An adapter says what its store cannot hold to.
   */
  signUpload(request: UploadRequest): Promise<SignedUpload>;

  /** Throws `unavailable` unless an object can be written, read and deleted. */
  probe(): Promise<void>;

  /**
   * The same, and that the store holds to what is said above of `ifAbsent`, `ifMatch` and `signUpload`, by a dozen requests. When only the
   * operator can mend what is wrong, the error is `forOperator`, and its message names the store, what it does and what to do. Leaves nothing.
   */
  prove(): Promise<void>;
}

/**
 * What answering a request takes of a store. Adapters give it without their vendor's SDK as well, which would take longer to load than the
 * answer to make.
 */
export interface RequestStore
  extends Pick<ObjectStore, "delete" | "url" | "downloadUrl" | "signUpload" | "probe" | "prove"> {
  /** Writes a small object, whatever lies there. */
  put(key: string, body: Uint8Array): Promise<ObjectInfo | null>;

  /** The object, or null; it may be held as a whole: ask for what is known to be small. The body must be read or cancelled. */
  get(key: string): Promise<Pick<StoredObject, "body"> | null>;
}

export interface StoredObject {
  info: ObjectInfo;
  /** What the body holds: the range that was asked for, cut to the object, or all of it. */
  range: ByteRange;
  body: AsyncIterable<Uint8Array> & { destroy(): void };
}
