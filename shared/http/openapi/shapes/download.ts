// Where a file is to be had by somebody who saves it.
import * as z from "zod/mini";
import { contentType } from "./common.ts";

export const shownDownload = z
  .strictObject({
    url: z.string().register(z.globalRegistry, {
      format: "uri",
      description:
        "Serves the file with `Content-Disposition: attachment` and its name: a link to it saves the file, also from a page of another origin. Needs no Authorization; good for an hour where the store signs it.",
    }),
    filename: z.string(),
    contentType,
  })
  .register(z.globalRegistry, { id: "Download" });
