// The reference itself.
import * as z from "zod/mini";

export const shownDocument = { contentType: "application/json", schema: z.looseObject({ openapi: z.string() }) };

export const shownPage = { contentType: "text/html", schema: z.string() };
