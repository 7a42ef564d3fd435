// Where a file is to be had by somebody who saves it.
import * as z from "zod";
import { contentType } from "./common.ts";

export const shownDownload = z
  .strictObject({
    url: z.string().meta({
      format: "uri",
      description:
        "Serves the file with `Content-Disposition: attachment` and its name: a link to it saves the file, also from a page of another origin. Needs no Authorization; good for an hour where the store signs it.",
    }),
    filename: z.string(),
    contentType,
  })
  .meta({ id: "Download" });

export const downloadQuery = z.strictObject({
  name: z.string().max(255, "must have at most 255 characters").optional().meta({
    description:
      "What the file is to be called. What no system takes in a name is left out, 80 characters are kept, and the extension is that of the file. Default: the prompt.",
  }),
});
