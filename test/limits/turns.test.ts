// Turns: in which order owners are served, and how many at the same time.
import { expect, test } from "vitest";
import { createTurns, type Piece, type Places } from "../../shared/limits/turns.ts";

/** Pieces by name (`owner` and a number), in the order in which they got a place; each keeps it until it is ended. */
function turnsOf(places: Places) {
  const turns = createTurns(places);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const counts = new Map<string, number>();

  function wait(owner: string, piece?: Piece): Promise<void> {
    const count = (counts.get(owner) ?? 0) + 1;
    counts.set(owner, count);
    return turns.begin(owner, piece).then((end) => {
      begun.push(`${owner}${count}`);
      ends.set(`${owner}${count}`, end);
    });
  }

  async function end(name: string): Promise<void> {
    const ending = ends.get(name);
    if (!ending) throw new Error(`${name} has no place`);
    ends.delete(name);
    ending();
    await settled();
  }

  return { turns, begun, wait, end, having: () => [...ends.keys()] };
}

/** Promises that have their answer have told it by then. */
async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

test("whoever comes anew is served after at most the pieces that have a place already", async () => {
  const { begun, wait, end } = turnsOf({ places: 2 });
  for (let i = 0; i < 80; i++) void wait("a");
  await settled();
  void wait("b");
  await settled();
  expect(begun).toEqual(["a1", "a2"]);
  await end("a1");
  expect(begun).toEqual(["a1", "a2", "b1"]);
});

test("also when there is one place only", async () => {
  const { begun, wait, end } = turnsOf({ places: 1 });
  for (let i = 0; i < 3; i++) void wait("a");
  await settled();
  void wait("b");
  await end("a1");
  expect(begun).toEqual(["a1", "b1"]);
});

test("those who have much waiting take turns, each in the order of their own pieces", async () => {
  const { begun, wait, end } = turnsOf({ places: 1 });
  for (const owner of ["a", "a", "a", "b", "b", "b", "c"]) void wait(owner);
  await settled();
  for (let i = 0; i < 6; i++) await end(String(begun.at(-1)));
  expect(begun).toEqual(["a1", "b1", "c1", "a2", "b2", "a3", "b3"]);
});

test("two who come back with one piece each time keep nobody waiting who has more", async () => {
  const { begun, wait, end } = turnsOf({ places: 1 });
  for (let i = 0; i < 3; i++) void wait("c");
  await settled();
  void wait("a");
  void wait("b");
  for (let i = 0; i < 8; i++) {
    const last = String(begun.at(-1));
    await end(last);
    if (!last.startsWith("c")) void wait(last.slice(0, 1));
  }
  expect(begun.filter((name) => name.startsWith("c"))).toEqual(["c1", "c2", "c3"]);
});

test("long pieces leave places to short ones, also to those of the same owner", async () => {
  const { begun, wait, end } = turnsOf({ places: 2, placesForLong: 1 });
  for (let i = 0; i < 3; i++) void wait("a", { isLong: true });
  void wait("b", { isLong: true });
  void wait("a");
  await settled();
  expect(begun).toEqual(["a1", "a4"]);
  await end("a4");
  expect(begun).toEqual(["a1", "a4"]);
  void wait("b");
  await settled();
  expect(begun).toEqual(["a1", "a4", "b2"]);
  await end("a1");
  expect(begun.at(-1)).toBe("b1");
});

test("what waits for long behind short pieces of others is not made up for before other long ones", async () => {
  const { begun, wait, end } = turnsOf({ places: 2, placesForLong: 1 });
  for (let i = 0; i < 5; i++) void wait("a", { isLong: true });
  for (let i = 0; i < 50; i++) void wait("b");
  await settled();
  for (let i = 1; i < 50; i++) await end(`b${i}`);
  void wait("c", { isLong: true });
  await settled();
  await end("a1");
  expect(begun.at(-1)).toBe("c1");
});

test("one owner may be kept from having every place", async () => {
  const { begun, wait } = turnsOf({ places: 4, placesForOne: 2 });
  for (let i = 0; i < 9; i++) void wait("a");
  void wait("b");
  await settled();
  expect(begun).toEqual(["a1", "a2", "b1"]);
});

test("who gives up while waiting hears why, takes no place, and is not counted", async () => {
  const { begun, wait, end, having } = turnsOf({ places: 1 });
  const caller = new AbortController();
  void wait("a");
  const given = wait("b", { signal: caller.signal });
  void wait("c");
  void wait("b");
  caller.abort(new Error("no longer wanted"));
  await expect(given).rejects.toThrow("no longer wanted");
  await expect(wait("a", { signal: AbortSignal.abort(new Error("never wanted")) })).rejects.toThrow("never wanted");
  await end("a1");
  await end(String(having()[0]));
  expect(begun.toSorted()).toEqual(["a1", "b2", "c1"]);
});

test("a place that is given back twice is given back once", async () => {
  const { turns, begun, wait } = turnsOf({ places: 1 });
  const end = await turns.begin("x");
  for (let i = 0; i < 3; i++) void wait("a");
  end();
  end();
  await settled();
  expect(begun).toEqual(["a1"]);
});

test("a piece that throws gives its place back", async () => {
  const { turns, begun, wait } = turnsOf({ places: 1 });
  await expect(turns.run("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await wait("b");
  expect(begun).toEqual(["b1"]);
});
