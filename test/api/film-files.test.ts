// What films and ordinary jobs have of each other, over HTTP: a take in a film, a film's pictures in jobs, and what becomes of both when one of them goes.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "./local.ts";
import { create, follow, hasEnded, type ShownJob, type User, until } from "./user.ts";

let product: Product;
let user: User;
let projectId: string;

const key = { "idempotency-key": "one film" };
const wish = {
  ...{ title: "The late ferry", prompt: "Two people wait at a pier", genre: "drama", language: "en" },
  ...{ durationSec: 10, scenesPerEpisode: 1, seed: 3 },
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

beforeAll(async () => {
  product = await startProduct({ environment: { WELCOME_CREDITS: "1000", TIMER_SECONDS: "1" } });
  user = await product.register();
  const started = await post("/projects/generate-drama", wish, key);
  projectId = started.projectId;
  expect(await film(started.id)).toMatchObject({ status: "completed" });
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
