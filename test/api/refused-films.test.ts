// Films that are refused before anything of them is made or paid for.
import { afterEach, describe, expect, it } from "vitest";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, hasEnded, type ShownJob, type User, until } from "./user.ts";

let product: Product;
afterEach(() => product.close());

const small = { title: "T", durationSec: 10, scenesPerEpisode: 1 };
const drama = { ...small, prompt: "a cat and a dog quarrel" };

/** Status and message of the answer. */
async function post(user: User, path: string, json: object): Promise<[number, string]> {
  const { status, body } = await user.call("POST", path, { json });
  return [status, body.message];
}

async function made(user: User, path: string, json: object): Promise<ShownJob> {
  const { status, body } = await user.call("POST", path, { json });
  expect([path, status < 300, body.message]).toEqual([path, true, "success"]);
  return body.data;
}

/** Once it has ended, however. */
function endOf(user: User, id: string): Promise<ShownJob> {
  return until(async () => (await user.call("GET", `/productions/${id}`)).body.data, hasEnded);
}

describe("Where there is no ffmpeg", () => {
  it("a film is neither quoted nor started, nor gone on with, and is told what a video is told", async () => {
    product = await startProduct({ environment: { TIMER_SECONDS: "1" } });
    const user = await product.register();
    const stopped = await made(user, "/projects/generate-drama", drama);
    await made(user, `/productions/${stopped.id}/cancel`, {});
    expect((await endOf(user, stopped.id)).status).toBe("cancelled");
    const { id } = await made(user, "/projects", small);

    await product.restart({ environment: { FFMPEG_PATH: "/nowhere/ffmpeg" } });
    const before = await creditsOf(user);
    const refused = await post(user, "/ai/generate-video", { prompt: "x", durationSec: 2 });
    expect(refused).toEqual([400, expect.stringContaining("FFMPEG_PATH")]);
    const words = { prompt: drama.prompt };
    expect(await post(user, `/projects/${id}/quote`, words)).toEqual(refused);
    expect(await post(user, `/projects/${id}/productions`, words)).toEqual(refused);
    expect(await post(user, "/projects/generate-drama", drama)).toEqual(refused);
    expect(await post(user, `/productions/${stopped.id}/quote`, {})).toEqual(refused);
    expect(await post(user, `/productions/${stopped.id}/resume`, {})).toEqual(refused);
    expect(await creditsOf(user)).toEqual(before);
    expect((await user.call("GET", "/productions")).body.data.items).toHaveLength(1);
    expect((await user.call("GET", "/projects")).body.data.total).toBe(2);
  });
});

describe("Whoever was refused too often", () => {
  const refusing = { provider: "test", model: "sketch-refused" };

  it("begins no film, and no other round of one, until an hour has passed; what was begun is answered", async () => {
    product = await startProduct({ environment: { TIMER_SECONDS: "1", MODERATION_REFUSALS_PER_HOUR: "2" } });
    const user = await product.register();
    const headers = { "idempotency-key": "the first film" };
    const first = (await user.call("POST", "/projects/generate-drama", { json: drama, headers })).body.data;
    await made(user, `/productions/${first.id}/cancel`, {});
    await endOf(user, first.id);
    for (const prompt of ["one", "two"]) await follow(user, (await create(user, { ...refusing, prompt })).id);
    const before = await creditsOf(user);
    const waits = [429, expect.stringContaining("2 of your requests were refused")];
    expect(await post(user, "/projects/generate-drama", drama)).toEqual(waits);
    expect(await post(user, `/projects/${first.projectId}/productions`, { prompt: "a cat" })).toEqual(waits);
    expect(await post(user, `/productions/${first.id}/resume`, {})).toEqual(waits);
    expect(await creditsOf(user)).toEqual(before);
    const again = await user.call("POST", "/projects/generate-drama", { json: drama, headers });
    expect([again.status, again.body.data.id]).toEqual([200, first.id]);
  });
});

describe("Whoever has as many projects as there may be", () => {
  it("makes no other one with a film; a repeat of what made the last is answered", async () => {
    product = await startProduct({ environment: { TIMER_SECONDS: "1", MAX_PROJECTS: "2" } });
    const user = await product.register();
    await made(user, "/projects", { title: "one" });
    const headers = { "idempotency-key": "the second project" };
    const film = await user.call("POST", "/projects/generate-drama", { json: drama, headers });
    expect([film.status, film.body.message]).toEqual([202, "success"]);
    const before = await creditsOf(user);
    const refused = await post(user, "/projects/generate-drama", { ...drama, budget: 0 });
    expect(refused).toEqual([409, expect.stringContaining("You have 2 projects")]);
    expect(await post(user, "/projects", { title: "three" })).toEqual(refused);
    const again = await user.call("POST", "/projects/generate-drama", { json: drama, headers });
    expect([again.status, again.body.data.id]).toEqual([200, film.body.data.id]);
    expect((await creditsOf(user)).held).toBe(before.held);
    expect((await user.call("GET", "/projects")).body.data.total).toBe(2);
    // The other productions of its projects are no projects.
    await made(user, `/productions/${film.body.data.id}/cancel`, {});
    await endOf(user, film.body.data.id);
    await made(user, `/projects/${film.body.data.projectId}/productions`, { prompt: "a cat" });
  });
});
