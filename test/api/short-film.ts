// A project whose film is as short as one may be: of each of its scenes one shot, and one line. It is made in a third of the time of a whole one.
import { expect } from "vitest";
import { SHORTEST_SCENE_SEC } from "../../shared/drama/wish.ts";
import { create, follow, hasEnded, listAll, type ShownJob, type User, until } from "./user.ts";

/** Answers the project's id; its screenplay is written by `sketch`. */
export async function shortProject(
  user: User,
  { prompt, ...fields }: { prompt: string } & Record<string, unknown>,
): Promise<string> {
  const json = { scenesPerEpisode: 1, durationSec: 10, ...fields };
  const { status, body } = await user.call("POST", "/projects", { json });
  expect([status, body.message]).toEqual([201, "success"]);
  const path = `/projects/${body.data.id}`;
  const { id } = await create(user, { prompt, dryRun: true }, `${path}/generate-scenes`);
  expect(await follow(user, id)).toMatchObject({ status: "completed" });
  const { items } = await listAll(user, `${path}/scenes`);
  expect(items.length).toBeGreaterThan(0);
  for (const { id: scene, version, action, lines, characters } of items) {
    const shot = { seen: action, characters, durationSec: SHORTEST_SCENE_SEC, lines: 1 };
    const short = { version, durationSec: SHORTEST_SCENE_SEC, lines: lines.slice(0, 1), shots: [shot] };
    const answer = await user.call("PUT", `${path}/scenes/${scene}`, { json: short });
    expect([answer.status, answer.body.message]).toEqual([200, "success"]);
  }
  return body.data.id;
}

/** Begins a film of the project, and waits for its end. */
export async function filmProject(user: User, projectId: string): Promise<ShownJob> {
  const started = await user.call("POST", `/projects/${projectId}/productions`, { json: {} });
  expect([started.status, started.body.message]).toEqual([202, "success"]);
  const path = `/productions/${started.body.data.id}`;
  return until(async () => (await user.call("GET", path)).body.data, hasEnded);
}
