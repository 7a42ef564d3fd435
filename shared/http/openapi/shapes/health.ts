import * as z from "zod";

export const health = z
  .strictObject({
    status: z.literal("ok"),
    version: z.string(),
    sendsMail: z.boolean().meta({
      description:
        "Whether it sends mail: a new password can be asked for, and an address verified. Else both answer 404.",
    }),
    warnings: z
      .array(z.string())
      .optional()
      .meta({ description: "What cannot be done here just now, and what its operator has to do." }),
  })
  .meta({ id: "Health" });
