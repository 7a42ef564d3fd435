// Whoever looks at content may die at any line, or be two: the job ends as it should, nobody is called for what was refused, and nothing stays.
import { describe, expect, it } from "vitest";
import { keyOf } from "../../shared/jobs/job.ts";
import { persistOutput } from "../../shared/jobs/moving/persist.ts";
import { tempOutputKey } from "../../shared/media/keys.ts";
import { type WorldOptions, worlds } from "./fixture.ts";
import { type Call, dying, jobPut, objectOf } from "./intercept.ts";
import { findings, found, keysBelow, type Moderated, type ModeratedOptions, moderated, starts } from "./moderated.ts";
import { delivered } from "./outcomes.ts";
import { pictures, userId } from "./request.ts";

const openWorld = worlds();
const open = (options?: ModeratedOptions) => moderated((world: WorldOptions) => openWorld(world), options);

type Moment = "before" | "after";

const isInputFound = (call: Call) => {
  const job = jobPut(call);
  return job !== null && job.attempt === 0 && (job.moderation?.input !== undefined || job.outcome !== null);
};
const isUnchecked = (call: Call) => jobPut(call)?.deliveries.some(({ state }) => state === "unchecked") ?? false;
const isOutputFound = (call: Call) => {
  const job = jobPut(call);
  return (
    job !== null &&
    job.deliveries.length > 0 &&
    job.deliveries.every(({ state }) => state !== "unchecked" && state !== "waiting")
  );
};
const isSubmitting = (call: Call) => jobPut(call)?.phase === "submitting";
const isSetAside = (call: Call) => objectOf(call, "copy")?.startsWith("temp/blocked/") ?? false;
/** A failed round with one refused output is written as ended at once. */
const isOutputRefused = (call: Call) => jobPut(call)?.error?.stage === "output";

const gaps: [name: string, at: (call: Call) => boolean, moments: Moment[]][] = [
  ["the finding on the input is written", isInputFound, ["before", "after"]],
  ["the attempt begins", isSubmitting, ["before", "after"]],
  ["the file lies there unchecked", isUnchecked, ["before", "after"]],
  ["the finding on the output is written", (call) => isOutputFound(call) || isOutputRefused(call), ["before", "after"]],
  ["what is refused is set aside", isSetAside, ["before", "after"]],
];

/** False when the run never came to that line. */
async function dieAt(w: Moderated, at: (call: Call) => boolean, moment: Moment): Promise<boolean> {
  const dead = dying((call) => (at(call) ? moment : null));
  await w.run(w.process({ around: dead.around })).catch(() => undefined);
  return dead.isDead();
}

async function checkEnd(w: Moderated, isRefused: boolean, stage: "input" | "output"): Promise<void> {
  const job = await w.job();
  expect(job.outcome).toBe(isRefused ? "failed" : "completed");
  expect(await w.bookings()).toEqual(isRefused ? ["charge -10", "refund 10"] : ["charge -10"]);
  expect(await keysBelow(w, "users/")).toEqual(job.outputs.map(({ key }) => key));
  if (isRefused) expect(job.error).toMatchObject({ type: "moderation_blocked", stage });
  const blocked = isRefused && stage === "output" ? [`temp/blocked/${userId}/${job.id}/${job.attempt}-0`] : [];
  expect(await keysBelow(w, "temp/")).toEqual(blocked);
}

describe("A process that dies", () => {
  const rows = gaps.flatMap(([name, at, moments]) => moments.map((moment) => ({ name, at, moment })));

  it.each(rows.filter(({ at }) => at !== isSetAside))(
    "$moment $name leaves a job that completes, paid once",
    async ({ at, moment }) => {
      const w = await open();
      await w.create();
      expect(await dieAt(w, at, moment)).toBe(true);
      await w.rest();
      await checkEnd(w, false, "output");
      // What was found of the words is never asked for twice once it stands there.
      const isBeforeInput = at === isInputFound && moment === "before";
      expect(w.server.asked.filter((part) => "text" in part)).toHaveLength(isBeforeInput ? 2 : 1);
    },
  );

  it.each(["before", "after"] as const)(
    "%s it writes that the input is refused leaves nobody who is called",
    async (moment) => {
      const w = await open();
      findings(w.server, { words: "block" });
      await w.create();
      expect(await dieAt(w, isInputFound, moment)).toBe(true);
      await w.rest();
      await checkEnd(w, true, "input");
      expect(starts(w)).toBe(0);
    },
  );

  it.each(rows.filter(({ at }) => at !== isInputFound && at !== isSubmitting))(
    "$moment $name leaves a refused output that is not shown and not paid",
    async ({ at, moment }) => {
      const w = await open();
      findings(w.server, { pictures: "block" });
      await w.create();
      expect(await dieAt(w, at, moment)).toBe(true);
      await w.rest();
      await checkEnd(w, true, "output");
    },
  );

  it("while the service looks leaves a check that is made again", async () => {
    const w = await open();
    const w2 = w.process();
    const stop = new AbortController();
    w.server.says = () => {
      stop.abort(new Error("the process stops"));
      return found("block");
    };
    await w.create();
    const { advance } = await import("../../shared/jobs/moving/advance.ts");
    await advance(w2, keyOf(await w.job()), { by: "run-job", signal: stop.signal });
    expect((await w.job()).outcome).toBeNull();
    findings(w.server, {});
    await w.rest();
    await checkEnd(w, false, "input");
  });
});

describe("Two at once", () => {
  it("of whom one has lost the job while it waited for a finding leave one decision", async () => {
    const w = await open({ provider: { start: () => delivered(1) } });
    const held = Promise.withResolvers<void>();
    w.server.trouble("check", { when: "after", what: held.promise });
    await w.create();
    const slow = w.run(w.process());
    await expect.poll(() => w.server.waitingCalls()).toBe(1);
    // Its lease runs out as if its machine slept.
    w.clock.pass(3 * 60_000);
    findings(w.server, { words: "block" });
    await w.rest();
    held.resolve();
    await slow;
    expect([(await w.job()).error?.type, starts(w)]).toEqual(["moderation_blocked", 0]);
  });

  it("an event for a file that is still looked at keeps nothing", async () => {
    const w = await open({ provider: { start: () => delivered(2) } });
    findings(w.server, { pictures: "block" });
    const outcomes: unknown[] = [];
    const spying = w.process({
      async around(call, act) {
        const answer = await act();
        const job = jobPut(call);
        if (job?.deliveries.some(({ state }) => state === "unchecked")) {
          outcomes.push(await persistOutput(w.deps, { ...keyOf(job), attempt: 1, index: 0 }));
        }
        return answer;
      },
    });
    await w.create({ request: pictures(2) });
    await w.run(spying);
    // While the other one is still on its way, the event is to come again.
    expect(outcomes).toContain("dropped");
    expect(outcomes.filter((outcome) => outcome !== "dropped" && outcome !== "again")).toEqual([]);
    expect(await keysBelow(w, "users/")).toEqual([]);
    await w.rest();
  });

  it("an event that comes again once the file was refused keeps nothing", async () => {
    const w = await open();
    findings(w.server, { pictures: "block" });
    const job = await w.create();
    await w.run();
    await w.store.put(tempOutputKey(userId, job.id, 1, 0), Buffer.from("late"));
    expect(await persistOutput(w.deps, { ...keyOf(job), attempt: 1, index: 0 })).toBe("dropped");
    await w.store.delete(tempOutputKey(userId, job.id, 1, 0));
    await w.rest();
  });
});
