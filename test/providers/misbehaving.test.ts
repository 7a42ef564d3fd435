// What becomes of a job when its vendor misbehaves, provider by provider, and the document that says so.
import { expect, test } from "vitest";
import { tableOf } from "../contracts/misbehaving/table.ts";
import { misbehavingVendor, nameOf } from "../contracts/misbehaving-vendor.ts";
import { vendors } from "./vendors.ts";

const results = new Map(vendors.map((setup) => [nameOf(setup), misbehavingVendor(setup)]));

const words = `# When a vendor misbehaves

What becomes of a job for one output, provider by provider. Written by \`test/providers/misbehaving.test.ts\`, which does each of these to the whole
product with a server that behaves as the vendor does otherwise; \`npx vitest run test/providers/misbehaving.test.ts -u\` writes it anew.

- _given back_: the job has cost nothing. _paid_: credits.
- _started_: how often the vendor was asked to generate, counted at the vendor. What it may have taken is never asked for again, unless it can be asked.
- _noted as uncertain_: the vendor may have charged the operator for something that nobody got.
- \`plain-tasks\` and \`plain-pictures\` are no vendors: they show what is right for one with tasks, and for one that answers with the picture.
`;

test("docs/misbehaving-providers.md says what became of each", async () => {
  await expect(`${words}\n${tableOf(results)}\n`).toMatchFileSnapshot("../../docs/misbehaving-providers.md");
});
