// What is said of a file that was verified.
import * as z from "zod/mini";

const orNull = z.nullable(z.string());

const labelMark = z.strictObject({
  kind: z.literal("gb45438"),
  carrier: z.string().register(z.globalRegistry, { description: "Format and place, such as `png:tEXt`." }),
  state: z.enum(["ok", "malformed", "conflicting"]),
  label: z
    .nullable(z.enum(["1", "2", "3"]))
    .register(z.globalRegistry, { description: "1: made by AI; 2: perhaps; 3: suspected." }),
  producer: orNull,
  produceId: orNull,
  propagator: orNull,
  propagateId: orNull,
  signature: z.enum(["ours_ok", "ours_broken", "foreign"]),
  deviations: z
    .array(z.string())
    .register(z.globalRegistry, { description: "In which ways it is not as the standard wants it." }),
});

const iptcMark = z.strictObject({ kind: z.literal("iptc"), value: z.string() });

const manifestMark = z.strictObject({
  kind: z.literal("c2pa"),
  state: z.enum(["trusted", "valid", "invalid", "unreadable", "remote_only"]),
  signer: orNull,
  generator: orNull,
  sourceType: orNull,
  failures: z.array(z.string()),
  reason: z
    .nullable(z.enum(["not_checked", "failed"]))
    .register(z.globalRegistry, { description: "Why it is `unreadable`." }),
});

export const shownVerdict = z
  .strictObject({
    type: z.string().register(z.globalRegistry, { description: "Found from the bytes." }),
    sha256: z.string(),
    read: z.enum(["whole", "partly", "not"]).register(z.globalRegistry, {
      description:
        "`partly`: cut or damaged; the marks are those in front of that. `not`: of no format that is looked into.",
    }),
    ai: z
      .enum(["yes", "maybe", "not_declared", "unknown"])
      .register(z.globalRegistry, { description: "What the file says of itself." }),
    ours: z.strictObject({
      known: z.boolean().register(z.globalRegistry, { description: "It carries a label that we have written." }),
      output: orNull.clone().register(z.globalRegistry, { description: "The output's name in its label." }),
      intact: z.nullable(z.boolean()).register(z.globalRegistry, {
        description: "Whether it is what was labelled; null where that cannot be told any more.",
      }),
    }),
    marks: z.array(z.union([labelMark, iptcMark, manifestMark])),
    summary: z.string().register(z.globalRegistry, { description: "One line for people." }),
    limits: z.string(),
  })
  .register(z.globalRegistry, { id: "Verdict" });
