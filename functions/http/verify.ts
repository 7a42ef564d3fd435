// POST /verify: which marks of AI a file carries, whose they are, and whether they still fit it. Anyone; nothing is kept of the file.
import { buffer } from "node:stream/consumers";
import * as z from "zod/mini";
import { AppError } from "../../shared/errors/app-error.ts";
import { type AcceptedFromAnyone, httpFunction } from "../../shared/http/http-function.ts";
import { takeRequest } from "../../shared/http/limits.ts";
import { shownVerdict } from "../../shared/http/openapi/shapes/verdict.ts";
import { ok } from "../../shared/http/results.ts";
import { text } from "../../shared/http/text.ts";
import { outputOfKey, storedSha256 } from "../../shared/jobs/reading/stored-output.ts";
import { MAX_VERIFIED_BYTES } from "../../shared/labels/verify/limits.ts";
import { verifyFile } from "../../shared/labels/verify/verify.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

export const namedOutput = z.strictObject({ output: text({ min: 1, max: 512 }) });

async function verify({ body, rawBody, remoteAddress }: AcceptedFromAnyone<typeof namedOutput>) {
  const runtime = requestRuntime();
  await takeRequest({ deps: { ...runtime, requestLimit: runtime.fileLimit } }, { address: remoteAddress });
  const deps = { ...runtime.verifying, storedSha256: storedSha256.bind(null, runtime.table) };
  return ok(await verifyFile(deps, body ? await storedFile(body.output) : rawBody));
}

async function storedFile(key: string): Promise<Uint8Array> {
  const { table, store } = requestRuntime();
  const output = await outputOfKey(table, key);
  if (!output) throw new AppError("not_found");
  if (output.size > MAX_VERIFIED_BYTES) throw new AppError("too_large", { message: TOO_LARGE });
  const stored = await store.get(key);
  if (!stored) throw new AppError("not_found");
  return buffer(stored.body);
}

const TOO_LARGE = `The output has more than ${MAX_VERIFIED_BYTES / 1024 ** 2} MB, which is the most that is looked into here.`;

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "none",
    maxFileBytes: MAX_VERIFIED_BYTES,
    body: namedOutput,
    summary:
      "Which marks of AI a file carries, whose they are, and whether they still fit it. Nothing is kept of the file.",
    description:
      "The file's bare bytes, of any type and at most 20 MB (about 4.4 MB where AWS Lambda answers), or as JSON the key of an output as its job shows it. No address is fetched, nothing is stored, nothing of the content is logged. Answers are states, never probabilities; that no mark was found is no proof of anything.",
    answers: () => ({ 200: shownVerdict }),
    errors: ["not_found"],
  },
  verify,
);
