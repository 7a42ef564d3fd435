// One list of requests, by every way on which the API is reached: the answers are equal.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clouds } from "../../scripts/build/plan.ts";
import { domainRoutes } from "../../shared/events/domain-routes.ts";
import { type Asked, askEverywhere, openGround, type Seen } from "./api-asking.ts";
import { apiCases } from "./api-cases.ts";
import { differences, isSo } from "./api-differences.ts";
import { served, startGround } from "./api-fronts.ts";

const seen: Seen[] = [];
let grounds: Asked[] = [];

beforeAll(async () => {
  grounds = await Promise.all(clouds.map(async (cloud) => openGround(await startGround(cloud))));
});
afterAll(() => Promise.all(grounds.map(({ ground }) => ground.close())));

describe("wherever the API is asked", () => {
  test.each(apiCases.map((each, index) => ({ ...each, index })))("$title ($asks: $expects)", async (asked) => {
    seen.push(...(await Promise.all(grounds.map((each) => askEverywhere(each, asked)))).flat());
    const done = functionsAfter(asked.index);
    await Promise.all(grounds.map(({ ground }) => ground.retire(done)));
  });
});

/** The functions of paths that no later case asks for: they need no processes any more. */
function functionsAfter(index: number): string[] {
  const groups = domainRoutes(served).map(({ functions }) => functions.map(({ name }) => name));
  const own = groups.find((names) => names.includes(apiCases[index]?.at ?? "")) ?? [];
  return apiCases.slice(index + 1).some(({ at }) => own.includes(at)) ? [] : own;
}

test("every HTTP function is asked for something that it does; but for what never comes to be here", () => {
  const succeeded = new Set(apiCases.filter(({ expects }) => expects < 300).map(({ at }) => at));
  const never = [
    "retry-job",
    // Neither mail nor packs of credits are set up here.
    ...["forgot-password", "reset-password", "verify-email", "send-verification", "create-checkout", "stripe-webhook"],
    // What it does is no answer.
    "project-socket",
    // Nothing of a film is made here.
    "download-node",
    "provider-webhook",
    // They hold their answer until a job has ended, which nobody runs here meanwhile.
    ...["openai-generate-image", "openai-edit-image", "openai-speak"],
    // Of a video, for which functions that take requests would have to be told of an ffmpeg.
    ...["openai-create-video", "openai-get-video", "openai-delete-video", "openai-video-content"],
  ];
  expect(served.flatMap(({ name }) => (succeeded.has(name) ? [] : name)).toSorted()).toEqual(never.toSorted());
});

test("no difference is named in vain", () => {
  const isMet = (difference: (typeof differences)[number]) =>
    seen.some(({ front, local, other }) =>
      Object.keys({ ...local.headers, ...other.headers }).some(
        (name) => isSo(difference, front, name, local.status) && local.headers[name] !== other.headers[name],
      ),
    );
  expect(differences.filter((each) => !isMet(each)).map(({ header }) => header)).toEqual([]);
});
