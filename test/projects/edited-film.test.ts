// A film as an edit would leave it, without the edit.
import { expect, it } from "vitest";
import { readFilm } from "../../shared/projects/film.ts";
import { readScene } from "../../shared/projects/reading.ts";
import { updateScene } from "../../shared/projects/update-scene.ts";
import { worlds } from "../jobs/fixture.ts";
import { project, projectDeps, ref, writing, written } from "./world.ts";

const openAny = worlds();

it("is the film that the same change would make, and nothing is written", async () => {
  const w = await openAny({ provider: writing() });
  const draft = await written(w);
  const mine = await project(w);
  if (!mine) throw new Error("there is no project");
  const before = await readFilm(w.table, mine);
  const [scene] = before.screenplay?.episodes[0]?.scenes ?? [];
  const lines = (scene?.lines ?? []).map((line, i) => (i === 0 ? { ...line, text: "Another word." } : line));
  const edit = { scenes: [{ id: "e1s1", lines }], characters: [{ id: "c1", look: "grey hair", name: undefined }] };
  const edited = await readFilm(w.table, mine, edit);
  expect(await readFilm(w.table, mine)).toEqual(before);
  expect((await readScene(w.table, { ...ref, draft }, "e1s1"))?.value.version).toBe(1);
  expect(edited.screenplay?.episodes[0]?.scenes[0]?.lines[0]?.text).toBe("Another word.");
  expect(edited.screenplay?.characters[0]).toEqual({ ...before.screenplay?.characters[0], look: "grey hair" });
  await updateScene(projectDeps(w), ref, "e1s1", { version: 1, lines });
  expect((await readFilm(w.table, mine)).screenplay?.episodes).toEqual(edited.screenplay?.episodes);
});

it("is refused as the change is, by name", async () => {
  const w = await openAny({ provider: writing() });
  await written(w);
  const mine = await project(w);
  if (!mine) throw new Error("there is no project");
  const refusal = (edit: Parameters<typeof readFilm>[2]) => readFilm(w.table, mine, edit).catch((error) => error);
  expect(await refusal({ scenes: [{ id: "e9s9", mood: "sad" }] })).toMatchObject({
    ...{ type: "invalid_request", details: [{ path: "edit.scenes.0.id" }] },
  });
  expect(await refusal({ characters: [{ id: "c12" }] })).toMatchObject({ details: [{ path: "edit.characters.0.id" }] });
  expect(await refusal({ scenes: [{ id: "e1s1", characters: ["c12"] }] })).toMatchObject({ type: "invalid_request" });
  const empty = { ...mine, draft: null };
  await expect(readFilm(w.table, empty, { scenes: [{ id: "e1s1" }] })).rejects.toMatchObject({ status: 400 });
  expect(await readFilm(w.table, empty)).toMatchObject({ screenplay: null });
});
