// A short drama over HTTP: from a sentence to a film that plays, through a part that could not be made, with every credit accounted for.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setMaxBytes } from "../../shared/credits/storage.ts";
import type { Provider } from "../../shared/ports/provider.ts";
import { createSketchProvider } from "../../shared/providers/sketch/provider.ts";
import { type EventReader, readEvents } from "../feed/event-source.ts";
import { anyProgram } from "../providers/videos.ts";
import { runScript } from "../scripts/run-script.ts";
import { type Product, startProduct } from "./local.ts";
import { creditsOf, listAll, type ShownJob, type User, until } from "./user.ts";

const run = promisify(execFile);

/** Draws as `sketch` does; while it is closed, of all stills only the one that comes first. */
function studio(state: { isClosed: boolean }): Provider {
  const sketch = createSketchProvider({});
  const models = sketch.models.filter(({ type }) => type === "image");
  let first: string | null = null;
  return {
    ...sketch,
    id: "studio",
    models,
    async start(request, context) {
      const isStill = request.instruction?.startsWith("One frame") ?? false;
      if (isStill) first ??= request.prompt;
      if (!state.isClosed || !isStill || request.prompt === first) return sketch.start(request, context);
      return {
        state: "failed",
        failure: { type: "provider_error", message: "The studio is closed.", retryable: false },
      };
    },
  };
}

const door = { isClosed: true };
let product: Product;
let user: User;

beforeAll(async () => {
  product = await startProduct({
    environment: { WELCOME_CREDITS: "100", TIMER_SECONDS: "1" },
    providers: [studio(door)],
  });
  user = await product.register();
});

afterAll(() => product.close());

async function get(path: string): Promise<ShownJob> {
  const { status, body } = await user.call("GET", path);
  expect([path, status, body.message]).toEqual([path, 200, "success"]);
  return body.data;
}

async function post(path: string, json: object, status = 202): Promise<ShownJob> {
  const answer = await user.call("POST", path, { json });
  expect([path, answer.status, answer.body.message]).toEqual([path, status, "success"]);
  return answer.body.data;
}

/** Reads the feed to its end, however often the stream says good-bye, and answers its last event's production. */
async function follow(id: string): Promise<{ events: EventReader["events"]; production: ShownJob }> {
  const reader = await readEvents(`${product.url}/api/v1/productions/${id}/events`, { token: user.token });
  const events = await reader.end();
  const last = events.at(-1);
  expect([last?.event, last?.data.production.id]).toEqual(["end", id]);
  return { events, production: last?.data.production };
}

async function nodesOf(id: string): Promise<Map<string, ShownJob>> {
  const { items } = await listAll(user, `/productions/${id}/nodes`, 7);
  return new Map(items.map((node) => [node.id, node]));
}

/** Of what is seen or heard, whatever else stands in the file. */
async function contentOf(name: string): Promise<string> {
  const { url } = (await nodesOf(id)).get(name)?.output ?? {};
  return (await run(anyProgram(), ["-v", "error", "-i", url, "-f", "md5", "-"])).stdout;
}

/** What is read under the film, in its order. */
async function words(productionId: string): Promise<string[]> {
  const { url } = (await nodesOf(productionId)).get("subtitles-e1-srt")?.output ?? {};
  const blocks = (await (await fetch(url)).text()).trim().split(/\n\n/);
  return blocks.map((block) => block.split("\n").slice(2).join(" "));
}

const statesOf = (nodes: Map<string, ShownJob>) => Object.fromEntries([...nodes].map(([id, { state }]) => [id, state]));

async function checkMoney(costs: number): Promise<void> {
  const { balance, held, totalEarned, totalSpent } = await creditsOf(user);
  const { items: lines } = await listAll(user, "/credits/transactions");
  expect([held, totalSpent, balance]).toEqual([0, costs, totalEarned - costs]);
  expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(balance);
}

async function checkBooks(): Promise<void> {
  const { code, stdout } = await runScript("scripts/check-ledger.ts", [], product.dataDir);
  expect([code, stdout]).toEqual([0, expect.stringContaining("everything adds up")]);
}

const wish = {
  ...{ title: "The late ferry", prompt: "Two people wait at a pier", genre: "drama", language: "en" },
  ...{ durationSec: 10, scenesPerEpisode: 2, seed: 3, models: { image: { provider: "studio" } } },
};

let id: string;
let projectId: string;
let costs = 0;

test("a film without one of its pictures is none: the production fails, keeps what it made, and is paid for that", async () => {
  const started = await post("/projects/generate-drama", wish);
  expect(started).toMatchObject({ status: "pending", round: 1, projectId: expect.any(String) });
  ({ id, projectId } = started);
  const { events, production } = await follow(id);
  expect(production).toMatchObject({ status: "failed", reason: "incomplete", running: 0 });

  const percents = events.map(({ data }) => data.percent);
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  expect(events.map(({ data }) => data.n)).toEqual(events.map((_, i) => i + 1));
  const nodes = await nodesOf(id);
  const states = statesOf(nodes);
  const [lost, kept] = states["still-e1s1h1"] === "failed" ? ["e1s1", "e1s2"] : ["e1s2", "e1s1"];
  expect(states).toMatchObject({
    ...{ screenplay: "made", [`still-${kept}h1`]: "made", [`clip-${kept}h1`]: "made", [`cut-${kept}-16x9`]: "made" },
    ...{ [`still-${lost}h1`]: "failed", [`clip-${lost}h1`]: "skipped", [`cut-${lost}-16x9`]: "failed" },
    ...{ "episode-e1-16x9": "skipped", "poster-e1": "made" },
  });
  expect(nodes.get(`still-${lost}h1`)?.makes.at(-1)?.error.message).toBe("The studio is closed.");
  expect(nodes.get(`cut-${lost}-16x9`)).toMatchObject({
    makes: [],
    reason: expect.stringContaining(`Of ${lost} no picture`),
  });
  const paid = [...nodes.values()].flatMap(({ makes }) => makes).reduce((sum, { cost }) => sum + cost, 0);
  expect([production.spent, production.cost]).toEqual([paid, paid]);
  expect(paid).toBeGreaterThan(3);
  costs = paid;
  await checkMoney(costs);
  await checkBooks();
});

test("it goes on where it was: what is missing is made, and nothing is paid for twice", async () => {
  door.isClosed = false;
  const before = await nodesOf(id);
  const resumed = await post(`/productions/${id}/resume`, {});
  expect(resumed).toMatchObject({ id, round: 2, status: "pending" });
  const again = await user.call("POST", `/productions/${id}/resume`, { json: {} });
  expect([200, 202, 409]).toContain(again.status);
  const { production } = await follow(id);
  expect(production).toMatchObject({ status: "completed", reason: null, percent: 100, stage: "done", round: 2 });
  const after = await nodesOf(id);
  for (const [name, { state, output }] of before)
    if (state === "made") expect([name, after.get(name)?.output.key]).toEqual([name, output.key]);
  // What came out the same, although one more picture was there for it, is used again.
  expect([...after.values()].filter(({ state }) => state !== "made" && state !== "reused")).toEqual([]);
  // The one picture that was missing; what is put together costs nothing.
  expect(production.cost).toBe(costs + 1);
  costs += 1;
  await checkMoney(costs);
});

test("the film plays: as long as it was to be, with sound at the loudness of the web, words, and a poster", async () => {
  const nodes = await nodesOf(id);
  const { url, contentType, durationMs, width, height } = nodes.get("episode-e1-16x9")?.output ?? {};
  expect({ contentType, durationMs, width, height }).toEqual({
    ...{ contentType: "video/mp4", durationMs: 10_000, width: 1280, height: 720 },
  });
  const { stderr } = await run(anyProgram(), [
    ...["-hide_banner", "-nostats", "-i", url, "-vf", "blackdetect=d=0.04:pix_th=0.05"],
    ...["-af", "silencedetect=n=-60dB:d=0.5,ebur128", "-f", "null", "-"],
  ]);
  expect(stderr).toMatch(/Duration: 00:00:10\.0/);
  expect(stderr).toMatch(/frame= *240 /);
  expect(Number(/I: +(-\d+\.\d) LUFS/.exec(stderr.slice(stderr.lastIndexOf("Summary")))?.[1])).toBeCloseTo(-16, -0.3);
  expect(stderr).not.toMatch(/black_start|silence_start/);

  const words = await (await fetch(nodes.get("subtitles-e1-vtt")?.output.url)).text();
  expect(words).toMatch(/^WEBVTT\n\nNOTE AIGC \{/);
  const srt = await fetch(`${product.url}/api/v1/productions/${id}/export?format=srt`, {
    headers: { authorization: `Bearer ${user.token}` },
  });
  expect(await srt.text()).toMatch(/^1\n00:00:0\d,\d{3} --> [\s\S]*\n2\n00:00:0\d,\d{3} --> 00:00:\d\d,\d{3}\n\S/);
  const poster = await fetch(nodes.get("poster-e1")?.output.url);
  expect([poster.status, poster.headers.get("content-type")]).toEqual([200, "image/png"]);

  const { files } = await get(`/productions/${id}/export`);
  expect(files.map(({ node }: ShownJob) => node)).toEqual([...nodes.keys()]);
  expect(files.find(({ kind }: ShownJob) => kind === "still").madeBy).toMatchObject({ provider: "studio", cost: 1 });
});

test("the project has its scenes, and another production of the same costs nothing and makes nothing", async () => {
  const project = await get(`/projects/${projectId}`);
  expect(project).toMatchObject({ draft: id, running: null });
  expect((await listAll(user, `/projects/${projectId}/scenes`)).items.map((scene) => scene.id)).toEqual([
    "e1s1",
    "e1s2",
  ]);
  expect(await post(`/projects/${projectId}/quote`, {}, 200)).toMatchObject({ price: 0 });
  const second = await post(`/projects/${projectId}/productions`, {});
  const { production } = await follow(second.id);
  expect(production).toMatchObject({ status: "completed", cost: 0, budget: 0 });
  // The poster was made of what there was: where it would have shown the picture that was missing, it is made now.
  const { "poster-e1": poster, ...others } = statesOf(await nodesOf(second.id));
  expect(["made", "reused"]).toContain(poster);
  expect(new Set(Object.values(others))).toEqual(new Set(["reused"]));
  expect((await listAll(user, "/productions")).items.map((each) => each.id)).toEqual([second.id, id]);
  await checkMoney(costs);
});

test("scenes that change places keep all that was made of them: the episode is joined anew, and nothing is paid for", async () => {
  const { version, sceneOrder } = await get(`/projects/${projectId}`);
  expect(sceneOrder).toBeNull();
  const wanted = { sceneOrder: ["e1s2", "e1s1"] };
  const stale = ["episode-e1-16x9", "subtitles-e1-srt", "subtitles-e1-vtt"];
  const quoted = await post(`/projects/${projectId}/quote`, { edit: wanted }, 200);
  expect([quoted.stale, quoted.price]).toEqual([stale, 0]);
  const [first = ""] = await words(id);
  const { status, body } = await user.call("PUT", `/projects/${projectId}`, { json: { version, ...wanted } });
  expect([status, body.data]).toEqual([200, expect.objectContaining({ ...wanted, version: version + 1 })]);
  const { items } = await listAll(user, `/projects/${projectId}/scenes`, 1);
  expect(items.map((scene) => [scene.id, scene.number])).toEqual([
    ["e1s2", 1],
    ["e1s1", 2],
  ]);
  expect(await post(`/projects/${projectId}/quote`, {}, 200)).toMatchObject({ stale, price: 0 });
  const { production } = await follow((await post(`/projects/${projectId}/productions`, {})).id);
  expect(production).toMatchObject({ status: "completed", cost: 0 });
  const [before, after] = [await nodesOf(id), await nodesOf(production.id)];
  const made = [...after.values()].filter(({ state }) => state === "made").map((node) => node.id);
  expect(made.toSorted()).toEqual(stale);
  for (const [name, { output }] of after)
    if (!stale.includes(name)) expect([name, output.key]).toEqual([name, before.get(name)?.output.key]);
  // What was said first is said second now.
  const said = await words(production.id);
  expect([said.includes(first), said.indexOf(first) > 0]).toEqual([true, true]);
  await user.call("PUT", `/projects/${projectId}`, { json: { version: version + 1, sceneOrder: null } });
  expect(await post(`/projects/${projectId}/quote`, {}, 200)).toMatchObject({ nodes: 0, price: 0 });
  await checkMoney(costs);
});

test("a part can be made anew, and what is made from it; nothing else is", async () => {
  const before = await nodesOf(id);
  const line = [...before.keys()].find((name) => name.startsWith("line-e1s1"));
  const headers = { "idempotency-key": "that line" };
  const remake = (json: object) => user.call("POST", `/productions/${id}/nodes/${line}/remake`, { json, headers });
  expect((await remake({})).status).toBe(202);
  const { production } = await follow(id);
  expect(production).toMatchObject({ status: "completed", round: 3, spent: 1 });
  expect(await remake({})).toMatchObject({ status: 200, body: { data: { status: "completed", round: 3 } } });
  expect(await remake({ budget: 9 })).toMatchObject({ status: 422, body: { error: { type: "idempotency_mismatch" } } });
  const after = await nodesOf(id);
  const changed = [...before].filter(([name, { output }]) => after.get(name)?.output.jobId !== output.jobId);
  // When the words are to be read has not changed: those subtitles serve still.
  expect(changed.map(([name]) => name).toSorted()).toEqual([line, "cut-e1s1-16x9", "episode-e1-16x9"].toSorted());
  costs += 1;
  await checkMoney(costs);
});

test("room is asked for what is made and for nothing else; a film that does not fit is told how much it takes", async () => {
  const { usedBytes } = (await get("/users/me")).storage;
  await setMaxBytes(product.runtime, user.userId, usedBytes + 8 * 1024 ** 2);
  const same = await post(`/projects/${projectId}/productions`, {});
  expect((await follow(same.id)).production).toMatchObject({ status: "completed", cost: 0 });
  await post(`/productions/${id}/nodes/subtitles-e1-srt/remake`, {});
  expect((await follow(id)).production).toMatchObject({ status: "completed", round: 4, spent: 0 });
  const other = await user.call("POST", "/projects/generate-drama", { json: { ...wish, title: "Another" } });
  expect([other.status, other.body.message]).toEqual([
    507,
    expect.stringMatching(
      /^Your files take .* For \d+ parts to be made \d+ MiB are set aside\. Delete jobs, .*projects/,
    ),
  ]);
  await setMaxBytes(product.runtime, user.userId, null);
  await checkMoney(costs);
});

test.each(["still-e1s1h1", "music-e1"])("made anew, %s is another one", async (name) => {
  const before = await contentOf(name);
  await post(`/productions/${id}/nodes/${name}/remake`, {});
  const { production } = await follow(id);
  expect([production.status, production.spent > 0]).toEqual(["completed", true]);
  expect(await contentOf(name)).not.toBe(before);
  costs += production.spent;
  await checkMoney(costs);
});

test("a remake that comes to nothing leaves the film as it was", async () => {
  const files = async () =>
    (await get(`/productions/${id}/export`)).files.map(({ node, sha256, isStale }: ShownJob) => [
      node,
      sha256,
      isStale,
    ]);
  const before = await files();
  expect(before.map(([name]: string[]) => name)).toContain("episode-e1-16x9");
  await post(`/productions/${id}/nodes/still-e1s1h1/remake`, { budget: 0 });
  const { production } = await follow(id);
  expect(production).toMatchObject({ status: "failed", reason: "budget_exhausted", made: before.length });
  expect([await files(), production.nodes]).toEqual([before, before.length]);
  await checkMoney(costs);
  await checkBooks();
});

test("the screenplay is not: it is edited in its project", async () => {
  const answer = await user.call("POST", `/productions/${id}/nodes/screenplay/remake`, { json: {} });
  expect([answer.status, answer.body.error.type]).toEqual([409, "conflict"]);
  expect((await user.call("POST", `/productions/${id}/nodes/clip-e9s9h9/remake`, { json: {} })).status).toBe(404);
});

test("with its project all of it goes, and the ledger still adds up", async () => {
  expect((await user.call("DELETE", `/projects/${projectId}`)).status).toBe(200);
  const mine = async () => (await product.files()).filter((path) => path.includes(user.userId));
  expect(await until(mine, (files) => files.length === 0)).toEqual([]);
  expect((await user.call("GET", `/productions/${id}`)).status).toBe(404);
  expect((await get("/users/me")).storage.usedBytes).toBe(0);
  await checkMoney(costs);
  await checkBooks();
});
