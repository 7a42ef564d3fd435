// A plan carried out by the providers themselves: what comes of it is a film.
import { expect, it } from "vitest";
import type { FilmWish } from "../../../shared/drama/plan.ts";
import { planner } from "../../../shared/drama/planning/planner.ts";
import { createAssemblyProvider } from "../../../shared/providers/assembly/provider.ts";
import { createSketchProvider } from "../../../shared/providers/sketch/provider.ts";
import { writeScreenplay } from "../../../shared/providers/sketch/writing/write.ts";
import { anyProgram } from "../../providers/videos.ts";
import { seedExample, snapshotOf } from "./films.ts";
import { film } from "./making.ts";

it("a film of one scene, 9 s long, upright, with music, subtitles and a poster", { timeout: 180_000 }, async () => {
  const wish: FilmWish = {
    ...{ ...seedExample, episodes: 1, scenesPerEpisode: 1, durationSec: 9 },
    ...{ ratios: ["9:16"], subtitles: "soft" },
  };
  const snapshot = {
    ...snapshotOf(wish),
    screenplay: writeScreenplay({ prompt: wish.prompt, seed: 3, index: 0, wish }),
  };
  const plan = planner.plan(snapshot);
  const ffmpegPath = anyProgram();
  const { bytesOf, made } = await film(snapshot, plan, [
    createSketchProvider({ ffmpegPath }),
    createAssemblyProvider({ ffmpegPath }),
  ]);
  const of = (id: string) => made.get(plan.nodes.findIndex((node) => node.id === id));
  expect(of("episode-e1-9x16")).toMatchObject({ contentType: "video/mp4", width: 720, height: 1280 });
  expect(Math.abs((of("episode-e1-9x16")?.durationMs ?? 0) - 9000)).toBeLessThan(9000 * 0.05);
  expect(of("poster-e1")).toMatchObject({ contentType: "image/png", width: 720, height: 1280 });
  const lines = snapshot.screenplay.episodes[0]?.scenes[0]?.lines ?? [];
  expect(lines.length).toBeGreaterThan(0);
  const srt = bytesOf("subtitles-e1-srt").toString();
  const words = (text: string) => text.replace(/\s+/g, "");
  for (const { text } of lines) expect(words(srt)).toContain(words(text));
  expect(bytesOf("subtitles-e1-vtt").toString()).toMatch(/^WEBVTT/);
});
