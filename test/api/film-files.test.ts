// What films and ordinary jobs have of each other, over HTTP: a take in a film, a film's pictures in jobs, and what becomes of both when one of them goes.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "./local.ts";
import { filmProject, shortProject } from "./short-film.ts";
import { create, follow, hasEnded, listAll, type ShownJob, type User, until } from "./user.ts";
import { waitingProvider } from "./waiting-provider.ts";

let product: Product;
let user: User;
let projectId: string;
let filmId: string;
const slow = waitingProvider();
/** Works on a picture until it is told to finish. */
const retoucher = { ...slow.provider, models: slow.provider.models.map((model) => ({ ...model, maxInputs: 1 })) };

const wish = {
  ...{ title: "The late ferry", prompt: "Two people wait at a pier", genre: "drama", language: "en" },
  ...{ durationSec: 10, scenesPerEpisode: 1, seed: 3, models: { image: { provider: "sketch" } } },
};

async function ask(method: string, path: string, json?: object, headers: Record<string, string> = {}) {
  const { status, body } = await user.call(method, path, { ...(json && { json }), headers });
  return { status, data: body.data, message: body.message, type: body.error?.type };
}

async function post(path: string, json: object, headers: Record<string, string> = {}): Promise<ShownJob> {
  const { status, message, data } = await ask("POST", path, json, headers);
  expect([path, status, message]).toEqual([path, 202, "success"]);
  return data;
}

function film(id: string): Promise<ShownJob> {
  return until(async () => (await ask("GET", `/productions/${id}`)).data, hasEnded);
}

async function nodeOf(productionId: string, id: string): Promise<ShownJob> {
  const { items } = await listAll(user, `/productions/${productionId}/nodes`);
  return items.find((node) => node.id === id);
}

beforeAll(async () => {
  product = await startProduct({
    environment: { WELCOME_CREDITS: "1000", TIMER_SECONDS: "1" },
    providers: [retoucher],
  });
  user = await product.register();
  projectId = await shortProject(user, wish);
  const made = await filmProject(user, projectId);
  expect(made).toMatchObject({ status: "completed" });
  filmId = made.id;
});
afterAll(() => product.close());

test("a take that a film has shown stays when no shot shows it any more: the film goes on being whole", async () => {
  const take = await follow(
    user,
    (await create(user, { sceneId: "e1s1", shot: 1, durationSec: 1 }, `/projects/${projectId}/generate-video`)).id,
  );
  const put = async (clip: object | null) => {
    const { version } = (await ask("GET", `/projects/${projectId}/scenes`)).data.items[0];
    expect((await ask("PUT", `/projects/${projectId}/scenes/e1s1`, { version, clip })).status).toBe(200);
  };
  await put({ jobId: take.id });
  const { id } = await post(`/projects/${projectId}/productions`, {});
  expect(await film(id)).toMatchObject({ status: "completed" });
  await put(null);
  expect(await ask("DELETE", `/jobs/${take.id}`)).toMatchObject({
    ...{ status: 409, message: expect.stringContaining("when the project is deleted") },
  });
  const timeline = await user.call("GET", `/productions/${id}/export?format=otio`);
  const shown = JSON.stringify(timeline.body).includes(take.outputs[0].url);
  expect([shown, (await fetch(take.outputs[0].url, { method: "HEAD" })).status]).toEqual([true, 200]);
  await post(`/productions/${id}/nodes/cut-e1s1-16x9/remake`, {});
  expect(await film(id)).toMatchObject({ status: "completed", round: 2 });
});

test("a film's own pictures are portraits, inputs, and what a scene's clip begins with", async () => {
  const [portrait, still] = [await nodeOf(filmId, "portrait-c1"), await nodeOf(filmId, "still-e1s1h1")];
  const { version } = (await ask("GET", `/projects/${projectId}/characters`)).data.items[0];
  const given = { version, portrait: { jobId: portrait.output.jobId, index: 0 } };
  const character = await ask("PUT", `/projects/${projectId}/characters/c1`, given);
  expect([character.status, character.message]).toEqual([200, "success"]);
  expect(character.data.portrait.sha256).toBe(portrait.output.sha256);
  const image = { jobId: still.output.jobId, index: 0 };
  const edit = {
    provider: "sketch",
    operation: "color_enhancement",
    enhancement: "warm",
    inputs: [image],
    dryRun: true,
  };
  expect(await follow(user, (await create(user, edit)).id)).toMatchObject({
    ...{ status: "completed", params: { inputs: [image] } },
  });
  const clip = { sceneId: "e1s1", shot: 1, durationSec: 1, image, dryRun: true };
  const taken = await follow(user, (await create(user, clip, `/projects/${projectId}/generate-video`)).id);
  expect(taken).toMatchObject({ status: "completed", params: { inputs: [image] } });
  const bothWays = { ...clip, imageUrl: "https://example.com/a.png" };
  expect((await ask("POST", `/projects/${projectId}/generate-video`, bothWays)).message).toMatch(/^image cannot/);
  const notThere = { ...clip, image: { ...image, index: 3 } };
  expect((await ask("POST", `/projects/${projectId}/generate-video`, notThere)).message).toMatch(/^image\.index/);
});

test("a project stays while an unfinished job works on what its film has made", async () => {
  const still = await nodeOf(filmId, "still-e1s1h1");
  const edit = { provider: "scripted", prompt: "x", inputs: [{ jobId: still.output.jobId, index: 0 }] };
  const job = await create(user, edit);
  expect(await ask("DELETE", `/projects/${projectId}`)).toMatchObject({
    ...{ status: 409, message: expect.stringContaining(job.id) },
  });
  expect((await ask("GET", `/projects/${projectId}`)).status).toBe(200);
  expect((await user.call("POST", `/jobs/${job.id}/cancel`)).status).toBe(200);
});

test("a film whose project was deleted is not answered under its key, nor made again", async () => {
  const key = { "idempotency-key": "one film" };
  const unpaid = { ...wish, budget: 0 };
  const drama = await post("/projects/generate-drama", unpaid, key);
  expect(await film(drama.id)).toMatchObject({ status: "failed" });
  const again = await ask("POST", "/projects/generate-drama", unpaid, key);
  expect([again.status, again.data.id]).toEqual([200, drama.id]);
  const gone = `/projects/${projectId}/productions`;
  const second = { "idempotency-key": "second film" };
  const { id } = await post(gone, {}, second);
  await film(id);
  for (const each of [projectId, drama.projectId]) {
    expect((await ask("DELETE", `/projects/${each}`)).status).toBe(200);
  }
  const balance = (await ask("GET", "/credits")).data.balance;
  for (let isBlank = false; !isBlank; ) {
    const films = await Promise.all([drama.id, filmId].map((each) => ask("GET", `/productions/${each}`)));
    isBlank = films.every(({ status }) => status === 404);
    const repeat = await ask("POST", "/projects/generate-drama", unpaid, key);
    expect([repeat.status, repeat.type, repeat.message]).toEqual([
      ...[409, "conflict", expect.stringContaining("was deleted. Use a new key")],
    ]);
    expect((await ask("POST", gone, {}, second)).status).toBe(404);
  }
  expect((await ask("GET", "/credits")).data.balance).toBe(balance);
});
