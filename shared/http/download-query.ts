// What a file is to be called that somebody saves.
import * as z from "zod/mini";

export const downloadQuery = z.strictObject({
  name: z.optional(z.string().check(z.maxLength(255, "must have at most 255 characters"))).register(z.globalRegistry, {
    description:
      "What the file is to be called. What no system takes in a name is left out, 80 characters are kept, and the extension is that of the file. Default: the prompt.",
  }),
});
