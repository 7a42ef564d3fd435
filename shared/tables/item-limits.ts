// What every table refuses before it asks its database: keys, sizes and numbers that one of the adapters could not keep.
import { AppError } from "../errors/app-error.ts";
import {
  DUE_SHARDS,
  type Due,
  type ItemKey,
  type JsonObject,
  MAX_ITEM_BYTES,
  MAX_TOGETHER,
  type Write,
} from "../ports/table.ts";

export const MAX_KEY_BYTES = 512;
const MAX_PAGE_ITEMS = 1000;

/** Throws a RangeError unless both parts are 1 to 512 bytes of UTF-8. */
export function checkKey(key: ItemKey): void {
  checkKeyPart("partition", key.partition);
  checkKeyPart("sort", key.sort);
}

export function checkKeyPart(name: "partition" | "sort", value: string): void {
  const bytes = Buffer.byteLength(value);
  if (bytes === 0 || bytes > MAX_KEY_BYTES) {
    throw new RangeError(`The ${name} key has ${bytes} bytes; it must have 1 to ${MAX_KEY_BYTES}.`);
  }
  // Half of a surrogate pair becomes U+FFFD in UTF-8: two keys would be one.
  if (!value.isWellFormed()) throw new RangeError(`The ${name} key is not valid Unicode.`);
}

/** Throws a RangeError for an entry that no timer could ever find. */
export function checkDue(due: Due): void {
  if (!Number.isSafeInteger(due.at)) throw new RangeError(`due.at is ${due.at}; it must be whole milliseconds.`);
  checkShard(due.shard);
}

export function checkShard(shard: number): void {
  if (!Number.isInteger(shard) || shard < 0 || shard >= DUE_SHARDS) {
    throw new RangeError(`The shard is ${shard}; it must be 0 to ${DUE_SHARDS - 1}.`);
  }
}

/** Throws a RangeError unless the items are 1 to MAX_TOGETHER different ones of one partition. */
export function checkTogether(writes: readonly Write[]): void {
  const [first] = writes;
  if (!first || writes.length > MAX_TOGETHER) {
    throw new RangeError(`There are ${writes.length} writes; there must be 1 to ${MAX_TOGETHER}.`);
  }
  const sorts = new Set(writes.map(({ item }) => item.sort));
  const isOfOne = writes.every(({ item }) => item.partition === first.item.partition);
  if (!isOfOne || sorts.size < writes.length) {
    throw new RangeError("What is written together must be different items of one partition.");
  }
}

export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE_ITEMS) {
    throw new RangeError(`The limit is ${limit}; it must be 1 to ${MAX_PAGE_ITEMS}.`);
  }
}

/** Throws a RangeError for a version that no write could ever demand. */
export function checkVersion(version: number): void {
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new RangeError(`The version is ${version}; it must be a whole number from 1.`);
  }
}

/** The item's data as JSON; throws AppError `too_large` when that is more than MAX_ITEM_BYTES of UTF-8. */
export function encodeData(data: JsonObject): string {
  const json = JSON.stringify(data);
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_ITEM_BYTES) {
    throw new AppError("too_large", { message: `This takes ${bytes} bytes; at most ${MAX_ITEM_BYTES} can be kept.` });
  }
  return json;
}
