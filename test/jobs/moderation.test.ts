// Content is looked at before a provider is called and before anything is kept: what each finding does to the job, its money and its files.
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { purgeTemp } from "../../shared/jobs/timers/purge.ts";
import type { Verdict } from "../../shared/ports/moderation.ts";
import { picture } from "../providers/picture.ts";
import { never, type WorldOptions, worlds } from "./fixture.ts";
import { findings, found, keysBelow, type ModeratedOptions, moderated, starts } from "./moderated.ts";
import { delivered, started } from "./outcomes.ts";
import { pictures, userId } from "./request.ts";
import { tinyPng } from "./tiny-png.ts";

const openWorld = worlds();
const open = (options?: ModeratedOptions) => moderated((world: WorldOptions) => openWorld(world), options);
const minute = 60_000;

const wish = { language: "en", genre: "drama", episodes: 1, scenesPerEpisode: 1, durationSec: 30 } as const;

type Finding = Verdict | "none";

interface Row {
  stage: "input" | "output";
  finding: Finding;
  onReview?: "block" | "allow";
  onFailure?: "closed" | "open";
  ends: "completed" | "moderation_blocked" | "deadline_exceeded";
}

const rows: Row[] = (["input", "output"] as const).flatMap((stage): Row[] => [
  { stage, finding: "allow", ends: "completed" },
  { stage, finding: "block", ends: "moderation_blocked" },
  { stage, finding: "block", onFailure: "open", onReview: "allow", ends: "moderation_blocked" },
  { stage, finding: "review", onReview: "block", ends: "moderation_blocked" },
  { stage, finding: "review", onReview: "allow", ends: "completed" },
  { stage, finding: "none", onFailure: "closed", ends: "deadline_exceeded" },
  { stage, finding: "none", onFailure: "open", ends: "completed" },
]);

describe("The finding, its stage, and what the operator wants", () => {
  it.each(rows)("$stage: $finding, in doubt $onReview, without a finding $onFailure: $ends", async (row) => {
    const { stage, finding, ends } = row;
    const w = await open(row);
    if (finding === "none") {
      const isMeant = ({ body }: { body: Buffer }) => body.includes("image_url") === (stage === "output");
      w.server.trouble("check", {
        when: "before",
        isLasting: true,
        what: (request) => (isMeant(request) ? { status: 503, body: {} } : null),
      });
    } else findings(w.server, stage === "input" ? { words: finding } : { pictures: finding });
    const { id } = await w.create();
    await w.rest();
    const job = await w.job();
    const isKept = ends === "completed";
    expect([job.outcome, job.error?.type ?? "completed"]).toEqual([isKept ? "completed" : "failed", ends]);
    expect(await w.bookings()).toEqual(isKept ? ["charge -10"] : ["charge -10", "refund 10"]);
    expect([starts(w), job.attempt]).toEqual(stage === "input" && !isKept ? [0, 0] : [1, 1]);
    expect(await keysBelow(w, "users/")).toEqual(job.outputs.map(({ key }) => key));
    const isSetAside = stage === "output" && ends === "moderation_blocked";
    expect(await keysBelow(w, "temp/")).toEqual(isSetAside ? [`temp/blocked/${userId}/${id}/1-0`] : []);
    if (ends === "moderation_blocked") {
      expect(job.error).toMatchObject({ stage, categories: ["violence/graphic"], retryable: false });
    }
    if (ends === "deadline_exceeded") expect(job.error?.message).toContain("could not be checked");
    const flagged = stage === "input" ? job.moderation?.input : job.moderation?.flags?.[0];
    const verdict = finding === "none" ? "unchecked" : finding;
    if (isKept) expect(flagged?.verdict).toBe(stage === "output" && finding === "allow" ? undefined : verdict);
  });

  it("is measured and logged by user, job and stage, without the content", async () => {
    const w = await open();
    findings(w.server, { pictures: "block" });
    await w.create();
    await w.rest();
    const counted = w.measured.filter(({ name }) => name === "ModerationVerdicts").map(({ dimensions }) => dimensions);
    expect(counted).toEqual([
      { service: "vlm", stage: "input", verdict: "allow" },
      { service: "vlm", stage: "output", verdict: "block" },
    ]);
    expect(JSON.stringify([w.log, await w.job().then(({ moderation }) => moderation)])).not.toContain("a lake");
  });
});

describe("A job", () => {
  it("asks about its words once, whatever becomes of its attempts", async () => {
    const failing = { type: "provider_error", message: "Busy.", retryable: true } as const;
    const w = await open({
      provider: { start: (n) => (n < 2 ? { state: "failed", failure: failing } : delivered(1)) },
    });
    await w.create();
    await w.rest();
    expect([(await w.job()).outcome, starts(w)]).toEqual(["completed", 3]);
    expect(w.server.asked.filter((part) => "text" in part)).toHaveLength(1);
  });

  it("keeps the outputs that were allowed, and pays for those alone; it is not tried again for the others", async () => {
    const w = await open({ provider: { start: () => delivered(3) } });
    let seen = 0;
    w.server.says = (part) => found("image" in part && seen++ === 1 ? "block" : "allow");
    const { id } = await w.create({ request: pictures(3) });
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.outputs.map(({ index }) => index), starts(w)]).toEqual(["completed", [0, 2], 1]);
    expect(await w.bookings()).toEqual(["charge -30", "refund 10"]);
    expect(await keysBelow(w, "temp/")).toEqual([`temp/blocked/${userId}/${id}/1-1`]);
  });

  it("is not tried again when some were refused and others could not be had", async () => {
    const w = await open({
      provider: {
        start: () => started("T1"),
        check: () => delivered(2),
        async *open(index) {
          if (index === 0) yield Buffer.from("<html>");
          else yield tinyPng;
        },
      },
    });
    findings(w.server, { pictures: "block" });
    await w.create({ request: pictures(2) });
    await w.rest();
    expect([(await w.job()).error?.type, starts(w)]).toEqual(["moderation_blocked", 1]);
  });

  it("waits for a service that is away and goes on when it is back, without another transfer", async () => {
    const w = await open();
    const away = { when: "before", what: { status: 503, body: {} } } as const;
    for (let n = 0; n < 3; n++) w.server.trouble("check", away);
    await w.create();
    await w.run();
    expect([(await w.job()).phase, starts(w)]).toEqual(["queued", 0]);
    await w.runFor(minute);
    const back = await w.job();
    expect([back.outcome, starts(w), back.moderation?.failures]).toEqual(["completed", 1, undefined]);
    const w2 = await open();
    w2.server.trouble("check", { ...away, what: ({ body }) => (body.includes("image_url") ? away.what : null) });
    await w2.create();
    await w2.run();
    expect((await w2.job()).deliveries.map(({ state }) => state)).toEqual(["unchecked"]);
    await w2.runFor(minute);
    expect([(await w2.job()).outcome, w2.provider.calls.map(({ name }) => name)]).toEqual([
      "completed",
      ["start", "open"],
    ]);
  });

  it("leaves a service alone for as long as it wishes", async () => {
    const w = await open();
    const busy = { status: 429, headers: { "retry-after": "120" }, body: { error: { code: "limit_requests" } } };
    w.server.trouble("check", { when: "before", what: busy });
    await w.create();
    const now = w.clock.now();
    expect(((await w.run()) ?? 0) - now).toBeGreaterThanOrEqual(120_000);
  });

  it("ends at once when only the operator can mend the check, and is given back", async () => {
    const w = await open();
    w.server.trouble("check", { when: "before", what: { status: 401, body: {} }, isLasting: true });
    await w.create();
    await w.run();
    expect([(await w.job()).error?.type, starts(w)]).toEqual(["internal", 0]);
    expect(w.log.some(({ message }) => message.includes("Look at MODERATION"))).toBe(true);
  });

  it("for a film ends before it is paid for where no film could be looked at", async () => {
    const w = await open({ look: { blindness: () => "Install ffmpeg." } });
    await w.create({ type: "video", request: { ...pictures(1), type: "video" } });
    await w.rest();
    expect([(await w.job()).error?.type, starts(w), w.server.asked]).toEqual(["internal", 0, []]);
  });

  it("whose output nobody can look at for its size fails at once, uncharged", async () => {
    const { createLook } = await import("../../shared/moderation/look.ts");
    const look = createLook({ ffmpegPath: null });
    const w = await open({ look: { at: (file, ...more) => look.at({ ...file, size: 1e9 }, ...more) } });
    await w.create();
    await w.rest();
    expect([(await w.job()).error?.type, await w.bookings()]).toEqual(["invalid_output", ["charge -10", "refund 10"]]);
  });

  it("of a system that no longer checks goes on with what was left unchecked", async () => {
    const w = await open();
    w.server.trouble("check", {
      when: "before",
      isLasting: true,
      what: ({ body }) => (body.includes("image_url") ? { status: 503, body: {} } : null),
    });
    await w.create();
    await w.run();
    w.clock.pass(minute);
    await w.run({ ...w.deps, moderation: null });
    expect((await w.job()).outcome).toBe("completed");
  });
});

describe("An input", () => {
  const given = (key: string) => [
    {
      origin: { uploadId: "01900000-0000-7000-8000-00000000bbbb" },
      file: { ...picture, key, size: tinyPng.length, contentType: "image/png", width: 1, height: 1 } as const,
    },
  ];

  it("that is refused ends the job before anybody is called, though its words are fine", async () => {
    const w = await open({ isBare: true });
    const key = `users/${userId}/uploads/01900000-0000-7000-8000-00000000bbbb.png`;
    await w.store.put(key, tinyPng);
    findings(w.server, { pictures: "block" });
    await w.create({ inputs: given(key) });
    await w.rest();
    expect([(await w.job()).error?.stage, starts(w)]).toEqual(["input", 0]);
    expect(await keysBelow(w, "users/")).toEqual([key]);
  });

  it("that is no picture is not looked at: a clip was when it was kept, and a list is ours", async () => {
    const w = await open({ isBare: true });
    const [still] = given(`users/${userId}/jobs/a/still.png`);
    if (!still) throw new Error("there is no input");
    const others = (["video", "text", "audio"] as const).map((type) => {
      const file = { ...still.file, type, key: `users/${userId}/jobs/a/${type}.bin` };
      return { origin: { file: file.key }, file };
    });
    for (const { file } of [still, ...others]) await w.store.put(file.key, tinyPng);
    findings(w.server, {});
    await w.create({ inputs: [still, ...others] });
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
    // The still, and what was made.
    expect(w.server.asked.filter((part) => !("text" in part)).length).toBe(2);
  });

  it("that came with the request and is refused does not stay", async () => {
    const w = await open();
    findings(w.server, { pictures: "block" });
    await w.create({ inputs: [{ origin: { data: "image/png" }, file: null, bytes: tinyPng }] });
    await w.rest();
    expect([(await w.job()).error?.stage, await keysBelow(w, "users/"), await keysBelow(w, "temp/")]).toEqual([
      "input",
      [],
      [],
    ]);
  });
});

describe("A retry by the user", () => {
  it("of what was refused asks anew, and of what failed otherwise does not", async () => {
    const w = await open();
    findings(w.server, { words: "block" });
    const job = await w.create();
    await w.rest();
    findings(w.server, {});
    await retryJob(w.deps, keyOf(job));
    await w.rest();
    expect([(await w.job()).outcome, w.server.asked.filter((part) => "text" in part).length]).toEqual(["completed", 2]);
  });

  it("of what passed unchecked asks anew", async () => {
    const failure = { type: "provider_error", message: "No.", retryable: false } as const;
    const w = await open({
      onFailure: "open",
      provider: { start: (n) => (n === 0 ? { state: "failed", failure } : delivered(1)) },
    });
    w.server.trouble("check", { when: "before", what: { status: 503, body: {} } });
    const job = await w.create();
    await w.rest();
    expect((await w.job()).moderation?.input?.verdict).toBe("unchecked");
    await retryJob(w.deps, keyOf(job));
    await w.rest();
    expect((await w.job()).moderation?.input?.verdict).toBe("allow");
  });
});

describe("What a text or a sound is asked to be", () => {
  it.each([
    { type: "text", more: { screenplay: { ...wish, title: "Hidden words" } }, asked: "Hidden words" },
    { type: "audio", more: { sound: { kind: "speech", voice: "hidden-voice" } }, asked: "hidden-voice" },
  ] as const)("is looked at in every word: $type", async ({ type, more, asked }) => {
    const w = await open({ isBare: true });
    await w.create({ type, request: { ...pictures(1), type, ...more } });
    await w.run();
    expect(JSON.stringify(w.server.asked)).toContain(asked);
  });
});

describe("The room of a user whose picture was refused", () => {
  it.each([
    { came: "with the request", failed: "fetch_failed" },
    { came: "by a URL", failed: "moderation_blocked" },
  ])("is what it was, however often they try again: it came $came", async ({ came, failed }) => {
    const w = await open({
      fetchSource: async () => ({ body: Readable.from([tinyPng]), contentLength: tinyPng.length }),
    });
    await w.create();
    await w.rest();
    const kept = (await w.account()).usedBytes;
    expect(kept).toBeGreaterThan(0);
    findings(w.server, { pictures: "block" });
    const input =
      came === "by a URL"
        ? { origin: { url: "https://pictures.example/a.png" }, file: null }
        : { origin: { data: "image/png" }, file: null, bytes: tinyPng };
    const job = await w.create({ inputs: [input] });
    await w.rest();
    const ends = [(await w.job(keyOf(job))).error?.type];
    for (let i = 0; i < 2; i++) {
      await retryJob(w.deps, keyOf(job));
      await w.rest();
      ends.push((await w.job(keyOf(job))).error?.type);
    }
    expect(ends).toEqual(["moderation_blocked", failed, failed]);
    expect((await w.account()).usedBytes).toBe(kept);
  });
});

describe("What was refused", () => {
  it("goes with its job, and nothing on what stays of that says why", async () => {
    const { deleteJob } = await import("../../shared/jobs/asking/delete-job.ts");
    const w = await open({ isBare: true });
    findings(w.server, { pictures: "block" });
    const job = await w.create();
    await w.runFor(2 * 60 * minute);
    expect(await keysBelow(w, "temp/blocked/")).toHaveLength(1);
    await deleteJob(w.deps, keyOf(job));
    await w.run();
    expect(await keysBelow(w, "temp/")).toEqual([]);
    const { error, moderation } = await w.job();
    expect([error?.message, error?.categories, moderation]).toEqual(["", undefined, undefined]);
  });

  it("lies there for less than a day, whatever temporary files do", async () => {
    // Objects have the times of the machine.
    const w = await open({ startsAt: Date.now(), settings: { tempTtlMs: 30 * 86_400_000 } });
    findings(w.server, { pictures: "block" });
    await w.create();
    await w.run();
    const purged = async () => {
      await purgeTemp(w.deps, never);
      return keysBelow(w, "temp/blocked/");
    };
    expect(await purged()).toHaveLength(1);
    w.clock.pass(23.5 * 3_600_000);
    expect(await purged()).toEqual([]);
    await w.rest();
  });

  it("counts against its user once for each round, and not where nobody is slowed", async () => {
    const { requireFewRefusals } = await import("../../shared/limits/refusals.ts");
    for (const refusalsPerHour of [1, 0]) {
      const w = await open({ settings: { refusalsPerHour } });
      findings(w.server, { words: "block" });
      await w.create();
      await w.rest();
      const allowed = (limit: number) =>
        requireFewRefusals(w.deps, userId, limit).then(
          () => "yes",
          (error) => error.type,
        );
      expect([await allowed(1), await allowed(2)]).toEqual([refusalsPerHour === 1 ? "rate_limited" : "yes", "yes"]);
    }
  });
});
