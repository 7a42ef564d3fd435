// What is said of a file that was verified.
import * as z from "zod";

const orNull = z.string().nullable();

const labelMark = z.strictObject({
  kind: z.literal("gb45438"),
  carrier: z.string().meta({ description: "Format and place, such as `png:tEXt`." }),
  state: z.enum(["ok", "malformed", "conflicting"]),
  label: z.enum(["1", "2", "3"]).nullable().meta({ description: "1: made by AI; 2: perhaps; 3: suspected." }),
  producer: orNull,
  produceId: orNull,
  propagator: orNull,
  propagateId: orNull,
  signature: z.enum(["ours_ok", "ours_broken", "foreign"]),
  deviations: z.array(z.string()).meta({ description: "In which ways it is not as the standard wants it." }),
});

const iptcMark = z.strictObject({ kind: z.literal("iptc"), value: z.string() });

const manifestMark = z.strictObject({
  kind: z.literal("c2pa"),
  state: z.enum(["trusted", "valid", "invalid", "unreadable", "remote_only"]),
  signer: orNull,
  generator: orNull,
  sourceType: orNull,
  failures: z.array(z.string()),
  reason: z.enum(["not_checked", "failed"]).nullable().meta({ description: "Why it is `unreadable`." }),
});

export const shownVerdict = z
  .strictObject({
    type: z.string().meta({ description: "Found from the bytes." }),
    sha256: z.string(),
    read: z.enum(["whole", "partly", "not"]).meta({
      description:
        "`partly`: cut or damaged; the marks are those in front of that. `not`: of no format that is looked into.",
    }),
    ai: z.enum(["yes", "maybe", "not_declared", "unknown"]).meta({ description: "What the file says of itself." }),
    ours: z.strictObject({
      known: z.boolean().meta({ description: "It carries a label that we have written." }),
      output: orNull.meta({ description: "The output's name in its label." }),
      intact: z.boolean().nullable().meta({
        description: "Whether it is what was labelled; null where that cannot be told any more.",
      }),
    }),
    marks: z.array(z.union([labelMark, iptcMark, manifestMark])),
    summary: z.string().meta({ description: "One line for people." }),
    limits: z.string(),
  })
  .meta({ id: "Verdict" });
