import * as z from "zod";

export const health = z
  .strictObject({
    status: z.literal("ok"),
    version: z.string(),
    warnings: z
      .array(z.string())
      .optional()
      .meta({ description: "What cannot be done here just now, and what its operator has to do." }),
  })
  .meta({ id: "Health" });
