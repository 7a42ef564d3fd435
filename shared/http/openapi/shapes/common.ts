// What many answers are made of.
import * as z from "zod/mini";

export { id } from "../../id.ts";

/** ISO 8601, UTC, with milliseconds. */
export const time = z
  .string()
  .check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/))
  .register(z.globalRegistry, { format: "date-time" });

export const providerName = z.string().register(z.globalRegistry, {
  description: "As `GET /ai/models` names it: `sketch`, `import`, or a vendor that has a key here.",
});

export const modelName = z
  .string()
  .register(z.globalRegistry, { description: "The `id` of a model of `GET /ai/models`." });

export const pixelSize = z
  .string()
  .register(z.globalRegistry, { description: "Width and height in pixels: `1024x1024`." });

export const ratioText = z.string().register(z.globalRegistry, { description: "Width to height: `16:9`." });

export const resolutionText = z.string().register(z.globalRegistry, { description: "Lines: `720p`." });

export const qualityName = z
  .string()
  .register(z.globalRegistry, { description: "A tier of the model: `low`, `medium`, `high`." });

/** Of a file that is kept. */
export const contentType = z.string().register(z.globalRegistry, {
  description:
    "Found from the bytes: `image/png`, `image/jpeg`, `image/webp`, `image/gif`, `video/mp4`, `video/quicktime`, `video/webm`, `audio/wav`, `audio/mpeg` or `application/json`.",
});

/** The data of an answer that only says that it was done. */
export const nothing = z.null();

/** A whole number of credits, or of anything else that is never below 0. */
export const count = z.int().check(z.minimum(0));

export const mediaType = z.enum(["image", "video", "text", "audio", "archive"]);

/** A page of a list, newest first; named after what it lists. */
export function listOf<Item extends z.ZodMiniType>(item: Item) {
  const page = z.strictObject({
    items: z.array(item),
    total: z.nullable(count).register(z.globalRegistry, { description: "Exact without filters, null with them." }),
    nextCursor: z
      .nullable(z.string())
      .register(z.globalRegistry, { description: "Send it as `cursor` for the next page." }),
    hasMore: z.boolean(),
  });
  const id = z.globalRegistry.get(item)?.id;
  return id === undefined ? page : page.register(z.globalRegistry, { id: `${id}Page` });
}
