// A job whose picture was refused loses it while it is closed; its user may try again at any moment of that. Each ends well.
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { NewJob } from "../../shared/jobs/asking/new-job.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { type JobInput, keyOf } from "../../shared/jobs/job.ts";
import { type WorldOptions, worlds } from "./fixture.ts";
import { jobPut, objectOf } from "./intercept.ts";
import { findings, type Moderated, moderated } from "./moderated.ts";
import { tinyPng } from "./tiny-png.ts";

const openWorld = worlds();

const origins: [string, NonNullable<NewJob["inputs"]>[number]][] = [
  ["came with the request", { origin: { data: "image/png" }, file: null, bytes: tinyPng }],
  ["has a URL", { origin: { url: "https://pictures.example/a.png" }, file: null }],
];

/** Closes the job, and has its user try again right before the call of that number, of those behind its settlement. */
async function retriedBefore(call: number, input: (typeof origins)[number][1]) {
  const w: Moderated = await moderated((world: WorldOptions) => openWorld(world), {
    settings: { refusalsPerHour: 10 },
    fetchSource: async () => ({ body: Readable.from([tinyPng]), contentLength: tinyPng.length }),
  });
  findings(w.server, { pictures: "block" });
  const key = keyOf(await w.create({ inputs: [input], webhookUrl: "https://hooks.example/a" }));
  let isSettled = false;
  let isRetried = false;
  /** How many there were before the first that deletes an object. */
  let beforeDeleting = 0;
  let isDeleting = false;
  let calls = 0;
  const retry = async () => {
    isRetried = true;
    findings(w.server, {});
    await retryJob(w.process(), key);
  };
  await w.run(
    w.process({
      async around(each, act) {
        if (isSettled) {
          isDeleting ||= objectOf(each, "delete") !== null;
          if (!isDeleting) beforeDeleting++;
          if (calls++ === call) await retry();
        }
        const answer = await act();
        if (jobPut(each)?.phase === "closing") isSettled = true;
        return answer;
      },
    }),
  );
  const hadAll = !isRetried;
  if (hadAll) await retry();
  await w.rest();
  return { w, hadAll, beforeDeleting };
}

describe.each(origins)("A picture that %s", (_, input) => {
  const isFetchedAnew = "url" in (input.origin as JobInput["origin"]);

  it("and was refused: tried again before any step of its job's closing, it runs, or is given back", async () => {
    const { beforeDeleting } = await retriedBefore(Number.POSITIVE_INFINITY, input);
    expect(beforeDeleting).toBeGreaterThan(2);
    const ends: string[] = [];
    for (let call = 0, hadAll = false; !hadAll; call++) {
      const { w, ...tried } = await retriedBefore(call, input);
      hadAll = tried.hadAll;
      const job = await w.job();
      ends.push(`${job.outcome} ${job.error?.type ?? ""}`.trim());
      const paid = ["charge -10", "refund 10", "charge -10"];
      expect(await w.bookings()).toEqual(job.outcome === "completed" ? paid : [...paid, "refund 10"]);
      expect(job.phase).toBe("closed");
    }
    // Whoever tries again before anything is deleted keeps the picture, wherever it came from.
    expect(new Set(ends.slice(0, beforeDeleting))).toEqual(new Set(["completed"]));
    const afterwards = isFetchedAnew ? "completed" : "failed fetch_failed";
    expect(ends.slice(beforeDeleting).filter((end) => end !== "completed" && end !== afterwards)).toEqual([]);
    expect(ends.at(-1)).toBe(afterwards);
  });
});
