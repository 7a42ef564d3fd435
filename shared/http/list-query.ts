// The parameters of every list.
import * as z from "zod/mini";
import { isUuidV7 } from "../ports/ids.ts";
import { invalidRequest } from "./invalid.ts";
import { Json } from "./results.ts";

/** For the reference: a parameter comes as text, and is a number all the same. */
export function asWholeNumber(said: { minimum: number; maximum?: number; description: string }) {
  return { ...said, type: "integer" as const, pattern: undefined };
}

/** Extend it for filters: `z.strictObject({ ...listQuery.shape, status: … })`. A cursor's content is for the list itself to judge. */
export const listQuery = z.strictObject({
  limit: z
    ._default(
      z.pipe(
        z.string().check(z.regex(/^([1-9][0-9]?|100)$/, "must be a whole number from 1 to 100")),
        z.transform(Number),
      ),
      20,
    )
    .register(
      z.globalRegistry,
      asWholeNumber({ minimum: 1, maximum: 100, description: "How many entries a page may have." }),
    ),
  cursor: z
    .optional(z.string().check(z.minLength(1, "must not be empty"), z.maxLength(512, "is not a cursor of ours")))
    .register(z.globalRegistry, { description: "The `nextCursor` of the page before." }),
});

/** A filter that takes one or several of these values, parted by commas, each once. */
export function severalOf<Value extends string>(values: readonly Value[], description: string) {
  const each = `(?:${values.join("|")})`;
  return z
    .optional(
      z.pipe(
        z
          .string()
          .check(
            z.regex(
              new RegExp(`^${each}(?:,${each})*$`),
              `must be one or several of ${values.join(", ")}, parted by commas`,
            ),
          ),
        z.transform((text) => text.split(",") as Value[]),
      ),
    )
    .register(z.globalRegistry, { description });
}

/** A cursor that is an id. */
export function idCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined || isUuidV7(cursor)) return cursor;
  throw notOurs();
}

/** A cursor of another form. */
export function cursorLike(pattern: RegExp, cursor: string | undefined): string | undefined {
  if (cursor === undefined || pattern.test(cursor)) return cursor;
  throw notOurs();
}

/** A cursor that is a running number. */
export function numberCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (!/^[1-9][0-9]{0,14}$/.test(cursor)) throw notOurs();
  return Number(cursor);
}

/** The data of a list. */
export function page<Item>(items: Item[], total: number | null, nextCursor: string | null) {
  return { items, total, nextCursor, hasMore: nextCursor !== null };
}

/** The same of items that are JSON already. */
export function pageOfJson(items: readonly string[], total: number | null, nextCursor: string | null): Json {
  // All that stands behind the empty list is the end of the page.
  const behind = JSON.stringify(page([], total, nextCursor)).slice('{"items":['.length);
  return new Json(`{"items":[${items.join(",")}${behind}`);
}

function notOurs() {
  return invalidRequest([
    { path: "cursor", message: "is not a cursor of ours; send the nextCursor of the page before" },
  ]);
}
