import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { createLanes, type Lanes } from "../../shared/webhooks/lanes.ts";

/** Begins a task that goes on until it is let go or told to stop. */
function hold(
  lanes: Lanes,
  begun: string[],
  { host, owner = host, name = host }: Record<string, string> & { host: string },
) {
  const end = Promise.withResolvers<void>();
  const done = lanes.run({
    name,
    host,
    owner,
    act(signal) {
      begun.push(name);
      signal.addEventListener("abort", () => end.resolve());
      return end.promise;
    },
  });
  return { done, letGo: () => end.resolve() };
}

const hosts = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => ({ host: `${prefix}-${i}` }));

it("an owner with many hosts that do not answer leaves room for everybody else", async () => {
  const lanes = createLanes();
  const begun: string[] = [];
  const jammed = hosts(500, "jam").map(({ host }) => hold(lanes, begun, { host, owner: "one" }));
  await nextTurn();
  expect(begun.length).toBe(32);
  const others = hosts(100, "other").map((task) => hold(lanes, begun, task));
  await nextTurn();
  expect(begun.length).toBe(132);
  for (const { letGo } of jammed.slice(0, 3)) letGo();
  await Promise.all(jammed.slice(0, 3).map(({ done }) => done));
  await nextTurn();
  expect(begun.filter((name) => name.startsWith("jam")).length).toBe(35);
  await lanes.close();
  await Promise.all([...jammed, ...others].map(({ done }) => done));
});

it("no more than 256 run together, and what waits begins in its order", async () => {
  const lanes = createLanes();
  const begun: string[] = [];
  const tasks = hosts(300, "host").map((task) => hold(lanes, begun, task));
  await nextTurn();
  expect(begun.length).toBe(256);
  tasks[7]?.letGo();
  await tasks[7]?.done;
  await nextTurn();
  expect(begun.at(-1)).toBe("host-256");
  await lanes.close();
  expect(begun.length).toBe(257);
  await Promise.all(tasks.map(({ done }) => done));
});

it("a task of a name that is under way is not begun again, and one after it is", async () => {
  const lanes = createLanes();
  const begun: string[] = [];
  const first = hold(lanes, begun, { host: "a" });
  const repeat = hold(lanes, begun, { host: "a" });
  await nextTurn();
  first.letGo();
  await Promise.all([first.done, repeat.done]);
  expect(begun).toEqual(["a"]);
  const later = hold(lanes, begun, { host: "a" });
  later.letGo();
  await later.done;
  expect(begun).toEqual(["a", "a"]);
});

it("a task that throws gives its place back", async () => {
  const lanes = createLanes();
  const failing = lanes.run({ name: "a", host: "h", owner: "o", act: () => Promise.reject(new Error("no")) });
  await expect(failing).rejects.toThrow("no");
  const begun: string[] = [];
  const tasks = [1, 2].map((n) => hold(lanes, begun, { host: "h", name: `task ${n}` }));
  await nextTurn();
  expect(begun.length).toBe(2);
  await lanes.close();
  await Promise.all(tasks.map(({ done }) => done));
});
