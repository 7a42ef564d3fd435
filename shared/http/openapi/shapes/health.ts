import * as z from "zod/mini";

export const health = z
  .strictObject({
    status: z.literal("ok"),
    version: z.string(),
    sendsMail: z.boolean().register(z.globalRegistry, {
      description:
        "Whether it sends mail: a new password can be asked for, and an address verified. Else both answer 404.",
    }),
    warnings: z.optional(z.array(z.string())).register(z.globalRegistry, {
      description: "What cannot be done here just now, and what its operator has to do.",
    }),
  })
  .register(z.globalRegistry, { id: "Health" });
