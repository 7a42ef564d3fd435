// The whole main job on a cloud's zips: register → generate → store → event → record → completed; also when instances are killed between two
// writes, and when events come twice, late, or not at all.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkLedger } from "../api/check-ledger.ts";
import { callerOf, follow, registerAt, type ShownJob, type User, until } from "../api/user.ts";
import { comeToRest } from "../crash/at-rest.ts";
import { checkRemains } from "../crash/invariants.ts";
import type { Passing } from "../servers/interceptor.ts";
import { type Deployment, nobody, type WireGap } from "./deployments/deployment.ts";

const TIMER_MS = 1000;

/** Who may be at work on a job when no request is. */
const workers = ["run-job", "persist-output", "poll-tasks"];

export function mainJobOn(name: string, deploy: () => Promise<Deployment>): void {
  describe(name, () => {
    let deployment: Deployment;
    let timer: NodeJS.Timeout;
    let user: User;

    beforeAll(async () => {
      deployment = await deploy();
      timer = setInterval(() => deployment.fireTimers(), TIMER_MS);
      user = await registerAt(() => deployment.url);
    });

    afterAll(async () => {
      clearInterval(timer);
      await deployment.close();
    });

    /** As a client that keeps asking under one key, whatever it is answered meanwhile. */
    async function generate(key: string, n = 1): Promise<ShownJob> {
      const json = { prompt: `a lake, ${key}`, size: "64x64", n };
      const headers = { "idempotency-key": key };
      const ask = () => user.call("POST", "/ai/generate-image", { json, headers }).catch(() => null);
      const answer = await until(ask, (given) => given !== null && given.status < 300);
      return answer?.body.data;
    }

    /** A front that cannot stream says what there is by now, and when to come back. */
    async function isToldSoFar(url: string, headers: Record<string, string>): Promise<void> {
      const text = await (await fetch(url, { headers })).text();
      expect(text).toMatch(/^id: 1\nevent: progress\ndata: .*"stage":"queued".*\n\nretry: \d+\n\n$/);
    }

    async function isKept(job: ShownJob, outputs = 1): Promise<void> {
      const ended = await follow(user, job.id);
      expect([ended.status, ended.outputs.length, ended.cost]).toEqual(["completed", outputs, outputs]);
      for (const { url, size } of ended.outputs) {
        const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
        expect([bytes.length, bytes.toString("latin1", 1, 4)]).toEqual([size, "PNG"]);
      }
    }

    test("a picture is asked for, drawn, kept, recorded and paid for once", async () => {
      const before = (await user.call("GET", "/credits")).body.data.balance;
      const job = await generate("the first", 2);
      await isKept(job, 2);
      expect((await user.call("GET", "/credits")).body.data.balance).toBe(before - 2);
      const stranger = await callerOf(() => deployment.url)("GET", `/jobs/${job.id}`);
      expect(stranger.status).toBe(401);
    });

    test("a job that fails is given back, tried again, and given back", async () => {
      const before = (await user.call("GET", "/credits")).body.data.balance;
      const json = { imageUrl: `http://${nobody}/a.png` };
      const { id } = (await user.call("POST", "/ai/generate-image", { json })).body.data;
      expect((await follow(user, id)).error.type).toBe("fetch_failed");
      expect((await user.call("POST", `/jobs/${id}/retry`)).status).toBe(202);
      expect(await follow(user, id)).toMatchObject({ status: "failed", round: 2 });
      expect((await user.call("GET", "/credits")).body.data.balance).toBe(before);
    });

    test.each([
      ["twice", "twice"],
      ["late", { lateMs: 1500 }],
      ["never", "lost"],
    ] as const)("events that come %s make no difference", async (title, how) => {
      // A ticket and two outputs.
      deployment.disturb(how, 3);
      await isKept(await generate(`events that come ${title}`, 2), 2);
    });

    test("the live feed tells what happens while it happens, and goes on where it was left", async () => {
      deployment.disturb("held", 1);
      const { body } = await user.call("POST", "/ai/generate-image", { json: { prompt: "a river", size: "64x64" } });
      const path = `/api/v1/jobs/${body.data.id}/events`;
      const headers = { authorization: `Bearer ${user.token}` };
      const stream = await fetch(deployment.feedUrl + path, { headers });
      expect([stream.status, stream.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
      const pieces = stream.body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
      let text = "";
      while (pieces && !text.includes("id: 1\n")) text += (await pieces.next()).value;
      expect(text).not.toContain("event: end");
      if (deployment.feedUrl !== deployment.url) await isToldSoFar(deployment.url + path, headers);
      deployment.release();
      for (let next = await pieces?.next(); next && !next.done; next = await pieces?.next()) text += next.value;
      expect(text).toMatch(/event: end\ndata: .*"status":"completed"/);
      const last = /id: (\d+)\nevent: end/.exec(text)?.[1] ?? "";
      const more = { ...headers, "last-event-id": String(Number(last) - 1) };
      const rest = await (await fetch(deployment.feedUrl + path, { headers: more })).text();
      expect(rest.match(/^id: \d+$/gm)).toEqual([`id: ${last}`]);
      const known = await fetch(deployment.feedUrl + path, { headers: { ...headers, "last-event-id": last } });
      expect(known.status).toBe(204);
    });

    describe("an instance that is killed", () => {
      test.each(Object.entries(gaps))("%s", async (title, gap) => {
        const died = deployment.killAt(gap);
        await isKept(await generate(title, 2), 2);
        await died;
      });
    });

    test("in the end nothing is left over, and every credit is accounted for", async () => {
      await comeToRest(deployment.place);
      const { jobs } = await checkLedger(user);
      expect(jobs.length).toBeGreaterThan(Object.keys(gaps).length);
      await checkRemains(deployment.place);
      expect(Object.entries(deployment.output()).flatMap(([name, text]) => secretsIn(name, text))).toEqual([]);
      // Instances did die: some functions have had more processes than calls at the same time need.
      expect(Object.values(deployment.started()).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(15);
    });
  });
}

function secretsIn(name: string, text: string): string[] {
  return ["the secret of a", "token+of/a/role", "correct horse"]
    .filter((secret) => text.includes(secret))
    .map((secret) => `${name}: ${secret}`);
}

/** A write of an item whose JSON holds these; quotes are escaped where JSON lies within JSON. DynamoDB names the operation in a header. */
const writes =
  (sort: string, ...parts: string[]) =>
  ({ line, body }: Passing) =>
    (line.endsWith("/PutRow") || body.includes('"Item":')) &&
    [sort, ...parts].every((part) => body.replaceAll("\\", "").includes(part));

const puts =
  (prefix: string) =>
  ({ line }: Passing) =>
    line.startsWith("PUT ") && decodeURIComponent(line).includes(`/${prefix}`);

const asker = ["generate-image"];

const gaps: Record<string, WireGap> = {
  "after the idempotency key": { on: "table", moment: "after", matches: writes("idem#"), dies: asker },
  "after the job, before its hold": {
    on: "table",
    moment: "after",
    matches: writes("job#", '"phase":"queued"'),
    dies: asker,
  },
  "after the hold, before the ticket": { on: "store", moment: "before", matches: puts("temp/tickets/"), dies: asker },
  "after the ticket, before the answer": { on: "store", moment: "after", matches: puts("temp/tickets/"), dies: asker },
  "after the claim": { on: "table", moment: "after", matches: writes("job#", '"lease":{'), dies: workers },
  "after submitting was written": {
    on: "table",
    moment: "after",
    matches: writes("job#", '"phase":"submitting"'),
    dies: workers,
  },
  "after the list of outputs": {
    on: "table",
    moment: "after",
    matches: writes("job#", '"phase":"transferring"'),
    dies: workers,
  },
  "before a file": { on: "store", moment: "before", matches: puts("temp/outputs/"), dies: workers },
  "after a file, before its record": { on: "store", moment: "after", matches: puts("temp/outputs/"), dies: workers },
  "before the copy to its permanent place": { on: "store", moment: "before", matches: puts("users/"), dies: workers },
  "after the copy": { on: "store", moment: "after", matches: puts("users/"), dies: workers },
  "after the first of two records": { on: "table", moment: "after", matches: writes("output#"), dies: workers },
  "after the last record": { on: "table", moment: "after", matches: writes("output#"), nth: 2, dies: workers },
  "after the completing write": {
    on: "table",
    moment: "after",
    matches: writes("job#", '"phase":"ended"'),
    dies: workers,
  },
  "after the capture, before it reads as completed": {
    on: "table",
    moment: "before",
    matches: writes("job#", '"phase":"closing"'),
    dies: workers,
  },
  "before closed is written": {
    on: "table",
    moment: "before",
    matches: writes("job#", '"phase":"closed"'),
    dies: workers,
  },
};
