// When lines are said: one account of it for pictures, speech, subtitles and music.
import { describe, expect, it } from "vitest";
import { framesIn, inOneFilm, msOf, type PlannedShot, readingMs, timesOf } from "../../shared/drama/times.ts";

const shot = (durationMs: number, ...spoken: (number | null)[]): PlannedShot => ({
  durationMs,
  lines: spoken.map((spokenMs) => ({ text: "城里的灯亮了。", spokenMs })),
});

describe("timesOf", () => {
  it("leaves shots as long as they were wanted where their lines fit", () => {
    const { durationMs, shots } = timesOf([shot(4000, 2000), shot(3000), shot(5000, 1500, 1500)]);
    expect(durationMs).toBe(12_000);
    expect(shots.map((each) => [each.fromMs, each.durationMs])).toEqual([
      [0, 4000],
      [4000, 3000],
      [7000, 5000],
    ]);
    expect(shots[0]?.lines[0]).toMatchObject({ fromMs: 250, toMs: 2250 });
  });

  it("gives a line that is too long the time of shots that have some to spare, and the film its length", () => {
    const { durationMs, shots } = timesOf([shot(3000, 4000), shot(6000), shot(6000)]);
    expect(durationMs).toBe(15_000);
    expect(shots[0]?.durationMs).toBeGreaterThanOrEqual(4500);
    for (const { durationMs: each } of shots.slice(1)) expect(each).toBeGreaterThanOrEqual(3000);
  });

  it("stretches the film only when no shot has anything to spare", () => {
    const { durationMs, shots } = timesOf([shot(2000, 9000), shot(2000, 1300)]);
    // 2000 ms became 9600, and the other shot could spare 100.
    expect(durationMs).toBe(11_500);
    expect(shots.flatMap(({ lines }) => lines).every((line, i, all) => line.fromMs >= (all[i - 1]?.toMs ?? 0))).toBe(
      true,
    );
  });

  it("lets no line run over its shot nor into the next one, whatever the lengths", () => {
    for (let seed = 1; seed < 400; seed++) {
      const random = (n: number) => ((seed * 9301 + n * 49_297) % 233_280) / 233_280;
      const shots = Array.from({ length: 1 + (seed % 6) }, (_, i) =>
        shot(
          1000 + Math.floor(7000 * random(i)),
          ...Array.from({ length: (seed + i) % 5 }, (_, k) =>
            random(i + 7 * k) > 0.9 ? null : 300 + 5000 * random(k),
          ),
        ),
      );
      const scene = timesOf(shots);
      const ends = scene.shots.map(({ fromMs, durationMs }) => framesIn(fromMs) + framesIn(durationMs));
      expect(ends.at(-1)).toBe(framesIn(scene.durationMs));
      scene.shots.forEach(({ fromMs, durationMs, lines }, i) => {
        expect(framesIn(fromMs)).toBe(ends[i - 1] ?? 0);
        lines.forEach((line, k) => {
          expect(line.fromMs).toBeGreaterThanOrEqual(lines[k - 1]?.toMs ?? fromMs);
          expect(line.toMs).toBeLessThanOrEqual(fromMs + durationMs);
        });
      });
    }
  });

  it("gives a line that nobody speaks the time that it takes to read", () => {
    const [only] = timesOf([shot(1000, null)]).shots;
    expect((only?.lines[0]?.toMs ?? 0) - (only?.lines[0]?.fromMs ?? 0)).toBe(readingMs("城里的灯亮了。"));
    expect(readingMs("城里的灯亮了。")).toBe(1700);
    expect(readingMs("The lights go on.")).toBeGreaterThan(1000);
  });
});

it("milliseconds that frames become are the same frames again", () => {
  const other = Array.from({ length: 100_000 }, (_, frames) => framesIn(msOf(frames))).findIndex((n, i) => n !== i);
  expect(other).toBe(-1);
});

it("scenes one after the other keep to their frames: no line drifts", () => {
  const scene = timesOf([shot(1041, 200), shot(1333)]);
  const film = inOneFilm(Array.from({ length: 24 }, () => scene));
  expect(framesIn(film.durationMs)).toBe(24 * framesIn(scene.durationMs));
  expect(film.lines.at(-1)?.fromMs).toBe(msOf(23 * framesIn(scene.durationMs)) + 250);
});
