// URLs in requests, as far as a schema can tell; where they lead is judged where they are fetched.
import * as z from "zod/mini";
import { isDataUrl, maxUrlLength } from "../ports/url.ts";
import { text } from "./text.ts";

export const webUrl = text({ min: 1, max: maxUrlLength });

const isShort = (value: string) => value.length <= 2 * maxUrlLength && [...value].length <= maxUrlLength;

/** A file: by its address, or within the URL itself, which the limit of the whole request bounds. */
export const fileUrl = z
  .string()
  .check(
    z.minLength(1),
    z.refine((value) => isDataUrl(value) || isShort(value), { error: `must have at most ${maxUrlLength} characters` }),
  )
  .register(z.globalRegistry, {
    anyOf: [{ maxLength: maxUrlLength }, { pattern: "^[\\u0000-\\u0020]*[Dd][Aa][Tt][Aa]:" }],
  });
