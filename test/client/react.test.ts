// The hooks in real components of React, over the real server.
import { Window } from "happy-dom";
import { createElement } from "react";
import { flushSync } from "react-dom";
import { createRoot, type Root } from "react-dom/client";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Client, type Job, wait } from "../../clients/js/src/index.ts";
import {
  type UsedJob,
  type UsedJobs,
  type UsedProduction,
  type UsedUpload,
  useJob,
  useJobs,
  useProduction,
  useUpload,
} from "../../clients/js/src/react.ts";
import { waitingProvider } from "../api/waiting-provider.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { type Ground, startGround } from "./ground.ts";

const slow = waitingProvider();
const browser = new Window();
let ground: Ground;
let client: Client;
let root: Root | null = null;

beforeAll(async () => {
  vi.stubGlobal("window", browser);
  vi.stubGlobal("document", browser.document);
  ground = await startGround({ providers: [slow.provider], environment: { WELCOME_CREDITS: "9000" } });
});
afterAll(async () => {
  await ground.close();
  vi.unstubAllGlobals();
  await browser.happyDOM.close();
});
beforeEach(async () => {
  slow.resume();
  client = await ground.newClient();
});
afterEach(() => {
  root?.unmount();
  ground.proxy.treat = () => "pass";
});

/** Shows a component that uses the hook; `shown` is what the hook answered last, `show` renders it with something else. */
function using<Props, Used>(hook: (props: Props) => Used, props: Props) {
  const place = browser.document.createElement("div") as unknown as Element;
  const own = createRoot(place);
  root = own;
  const seen: Used[] = [];
  const Shown = ({ props }: { props: Props }) => {
    seen.push(hook(props));
    return null;
  };
  const show = (next: Props) => flushSync(() => own.render(createElement(Shown, { props: next })));
  show(props);
  const latest = () => seen.at(-1) as Used;
  const until = (isRight: (used: Used) => boolean) =>
    vi.waitFor(() => expect(latest()).toSatisfy(isRight), { timeout: 60_000, interval: 20 });
  return { show, seen, latest, until };
}

const asked = { prompt: "a lake", size: "64x64" };
const usedJob = (id: string | null): UsedJob => useJob(client, id);

test("useJob shows nothing, then the job, its progress, and its end", async () => {
  const { show, until, latest, seen } = using(usedJob, null as string | null);
  expect(latest()).toEqual({ job: null, event: null, isEnded: false, error: null, refresh: expect.any(Function) });
  const { id } = await client.generateImage(asked);
  show(id);
  await until(({ event }) => event?.stage === "generating");
  expect(latest()).toMatchObject({ job: { id }, isEnded: false, error: null });
  slow.finish();
  await until(({ isEnded }) => isEnded);
  expect(latest().job).toMatchObject({ id, status: "completed" });
  const progress = seen.flatMap(({ event }) => (event ? [event.progress] : []));
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
});

test("useJob of another job forgets the first one, and follows it no more", async () => {
  const first = await client.generateImage(asked);
  const { show, until, seen } = using(usedJob, first.id as string | null);
  await until(({ event }) => event !== null);
  const second = await client.generateImage(asked);
  show(second.id);
  const changed = seen.length;
  await client.cancelJob(first.id);
  slow.finish();
  await until(({ isEnded }) => isEnded);
  const later = seen.slice(changed).flatMap(({ job }) => (job ? [job.id] : []));
  expect(new Set(later)).toEqual(new Set([second.id]));
});

test("useJob of a job that is tried again follows it anew, and shows the old end until then", async () => {
  const { id } = await wait(client, await client.generateImage({ imageUrl: "http://localhost/no.png" }));
  const { until, latest, seen } = using(usedJob, id as string | null);
  await until(({ isEnded }) => isEnded);
  await client.retryJob(id);
  const before = seen.length;
  latest().refresh();
  await until(({ isEnded, job }) => isEnded && job?.round === 2);
  expect(seen.slice(before).every(({ job }) => job?.id === id)).toBe(true);
});

test("useProduction shows a production, how far it is, and its end", async () => {
  const film = { title: "Ferry", durationSec: 10, episodes: 1, scenesPerEpisode: 1, music: false };
  const { id } = await client.generateDrama({ ...film, prompt: "a ferry" });
  const { until, latest, seen } = using((): UsedProduction => useProduction(client, id), undefined);
  await until(({ event }) => (event?.nodes ?? 0) > 1 && event?.status === "processing");
  expect(latest()).toMatchObject({ production: { id }, isEnded: false, error: null });
  await client.cancelProduction(id);
  await until(({ isEnded }) => isEnded);
  expect(latest().production).toMatchObject({ id, status: "cancelled" });
  const percents = seen.flatMap(({ event }) => (event ? [event.percent] : []));
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
});

test("useJob says what is wrong", async () => {
  const { until, latest } = using(usedJob, "01900000-0000-7000-8000-000000000001" as string | null);
  await until(({ error }) => error !== null);
  expect(latest()).toMatchObject({ job: null, error: { type: "not_found" } });
});

test("a component that has gone keeps no connection", async () => {
  const { id } = await client.generateImage(asked);
  const { until, seen } = using(usedJob, id as string | null);
  await until(({ event }) => event !== null);
  root?.unmount();
  const count = seen.length;
  slow.finish();
  await wait(client, id);
  expect(seen).toHaveLength(count);
});

test("useJobs shows page after page, filters anew, and refreshes", async () => {
  slow.finish();
  const made: Job[] = [];
  for (let each = 0; each < 3; each++) made.unshift(await wait(client, await client.generateImage(asked)));
  type Filters = Parameters<typeof useJobs>[1];
  const usedJobs = (filters: Filters): UsedJobs => useJobs(client, filters);
  const { show, until, latest } = using(usedJobs, { limit: 2 } as Filters);
  await until(({ isLoading }) => !isLoading);
  expect([latest().jobs, latest().hasMore]).toEqual([made.slice(0, 2), true]);
  latest().loadMore();
  await until(({ jobs }) => jobs.length === 3);
  expect([latest().jobs, latest().hasMore]).toEqual([made, false]);
  show({ limit: 2, status: "failed" });
  await until(({ isLoading, jobs }) => !isLoading && jobs.length === 0);
  show({ limit: 2 });
  await until(({ jobs }) => jobs.length === 2);
  const newest = await wait(client, await client.generateImage(asked));
  latest().refresh();
  await until(({ jobs }) => jobs[0]?.id === newest.id);
  ground.proxy.treat = () => ({ status: 400, body: "no" });
  latest().refresh();
  await until(({ error }) => error !== null);
  expect(latest()).toMatchObject({
    isLoading: false,
    error: { type: "not_understood" },
    jobs: [{ id: newest.id }, {}],
  });
});

test("useUpload sends a file, and says why another one was not taken", async () => {
  const { until, latest, seen } = using((): UsedUpload => useUpload(client), undefined);
  latest().send(new Blob([tinyPng as Uint8Array<ArrayBuffer>], { type: "image/png" }));
  await until(({ status }) => status === "ready");
  expect(latest()).toMatchObject({ progress: 1, upload: { status: "ready" }, error: null });
  expect(new Set(seen.map(({ status }) => status))).toEqual(new Set(["idle", "sending", "ready"]));
  latest().send(new Blob(["no picture"], { type: "image/png" }));
  await until(({ status }) => status === "failed");
  expect(latest()).toMatchObject({ upload: null, error: { type: "upload_rejected" } });
  latest().reset();
  await until(({ status, error }) => status === "idle" && error === null);
});

test("useJobs lives over one connection: what begins comes in front, moves and ends in its place, for all hooks of a client", async () => {
  ground.proxy.requests = [];
  const two = using(() => [useJobs(client, {}), useJobs(client, { status: "completed" })] as const, null);
  await two.until(([all, done]) => !all.isLoading && !done.isLoading);
  const first = await client.generateImage({ prompt: "one" });
  const second = await client.generateImage({ prompt: "two" });
  await two.until(([all]) => all.jobs.map(({ id }) => id).join() === [second.id, first.id].join());
  await two.until(([all]) => all.jobs.every(({ stage, progress }) => stage === "generating" && progress === 40));
  expect(two.latest()[1].jobs).toEqual([]);
  slow.finish();
  await two.until(([all, done]) => all.jobs.every(({ status }) => status === "completed") && done.jobs.length === 2);
  expect(two.latest()[0].jobs.map(({ resultUrls }) => resultUrls.length)).toEqual([1, 1]);
  expect(ground.proxy.requests.filter(({ path }) => path.endsWith("/events"))).toHaveLength(1);
});

test("useJobs drops what has moved out of its filter, and takes up what has moved into it", async () => {
  const seen = using(
    () => [useJobs(client, { status: "failed" }), useJobs(client, { status: "processing" })] as const,
    null,
  );
  await seen.until((both) => both.every(({ isLoading }) => !isLoading));
  const { id } = await client.generateImage(asked);
  await seen.until(([failed, processing]) => failed.jobs.length === 0 && processing.jobs[0]?.id === id);
  slow.finish({ state: "failed", failure: { type: "provider_error", message: "Broken.", retryable: false } });
  await seen.until(([failed, processing]) => failed.jobs[0]?.id === id && processing.jobs.length === 0);
  slow.resume();
  await client.retryJob(id);
  await seen.until(([failed, processing]) => failed.jobs.length === 0 && processing.jobs[0]?.round === 2);
  const shown = seen.seen.map((both) => both.map(({ jobs }) => jobs.map(({ status }) => status)));
  expect(new Set(shown.flatMap(([failed]) => failed))).toEqual(new Set(["failed"]));
  expect(new Set(shown.flatMap(([, processing]) => processing))).toEqual(new Set(["processing"]));
});

test("useJobs says in each component when the feed cannot go on, and begins it again when asked to", async () => {
  const error = {
    code: 403,
    message: "Not now.",
    error: { type: "forbidden", requestId: "r", details: [] },
    data: null,
  };
  const headers = { "content-type": "application/json" };
  const refusal = { status: 403, headers, body: JSON.stringify(error) };
  ground.proxy.treat = (path) => (path.endsWith("/events") ? refusal : "pass");
  const two = using(() => [useJobs(client, {}), useJobs(client, { limit: 1 })] as const, null);
  await two.until((both) => both.every((each) => !each.isLoading && each.error?.message === "Not now."));
  ground.proxy.treat = () => "pass";
  for (const each of two.latest()) each.refresh();
  await two.until((both) => both.every((each) => !each.isLoading && each.error === null));
  const { id } = await client.generateImage(asked);
  await two.until((both) => both.every(({ jobs }) => jobs[0]?.id === id));
});

test("useJobs with another token shows that user's jobs, live", async () => {
  slow.finish();
  await wait(client, await client.generateImage(asked));
  const token = client.token;
  client.token = "no token";
  const { show, until } = using((_: string) => useJobs(client, {}), "signed out" as string);
  await until(({ isLoading, error }) => !isLoading && error !== null);
  client.token = token;
  show("signed in");
  await until(({ jobs, error }) => jobs.length === 1 && error === null);
  const other = await ground.newClient();
  client.token = other.token;
  show("another user");
  await until(({ isLoading, jobs }) => !isLoading && jobs.length === 0);
  const { id } = await other.generateImage(asked);
  await until(({ jobs }) => jobs[0]?.id === id && jobs[0].status === "completed");
});
