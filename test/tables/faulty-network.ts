// What a table behind a network does when requests are refused, repeated or lost: the same claims for each adapter.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Item, Table } from "../../shared/ports/table.ts";
import type { AttemptOptions } from "../../shared/tables/attempts.ts";
import type { AccessKey } from "../../shared/tables/clients-by-key.ts";

export interface OpenOptions {
  attempts?: AttemptOptions;
  timeoutMs?: number;
  credentials?: () => Promise<AccessKey>;
}

export interface FaultyServer<Fault> {
  operations: string[];
  usedKeys: string[];
  keys: { accessKeyId: string; accessKeySecret: string; securityToken?: string }[];
  connections(): number;
  fail(
    operation: string,
    ...faults: (Fault | "cutBefore" | "cutAfter" | "cutWithin" | "stalled" | "silent" | null)[]
  ): void;
}

export interface FaultyFixture<Fault> {
  server: FaultyServer<Fault>;
  open(options?: OpenOptions): Promise<Table>;
  end(): Promise<void>;
}

export interface FaultyNames<Fault> {
  get: string;
  put: string;
  delete: string;
  query: string;
  /** Errors that say that nothing was done, by name. */
  refusals: Record<string, Fault>;
  /** Errors after which nobody knows; carried out and not. */
  breakdowns: Record<string, Fault>;
  final: Fault;
}

export function faultyNetwork<Fault>(
  name: string,
  names: FaultyNames<Fault>,
  start: () => Promise<FaultyFixture<Fault>>,
): void {
  const { refusals, breakdowns } = names;
  const losses = { ...breakdowns, cutBefore: "cutBefore", cutAfter: "cutAfter", cutWithin: "cutWithin" } as const;

  describe(`${name} over a faulty network`, () => {
    let fixture: FaultyFixture<Fault>;
    let server: FaultyServer<Fault>;
    let opened: Table[];

    beforeEach(async () => {
      fixture = await start();
      server = fixture.server;
      opened = [];
    });
    afterEach(async () => {
      await Promise.all(opened.map((table) => table.close()));
      await fixture.end();
    });

    /** Pauses end at once; `whilePausing` runs in each. */
    async function open(options: OpenOptions & { whilePausing?: () => Promise<unknown> } = {}): Promise<Table> {
      const pause = options.whilePausing ?? (async () => {});
      const table = await fixture.open({ ...options, attempts: { pause, ...options.attempts } });
      opened.push(table);
      return table;
    }

    const requests = (operation: string) => server.operations.filter((name) => name === operation).length;

    test.each(Object.entries(refusals))("a put that is refused with %s is tried again", async (_, refusal) => {
      const table = await open();
      server.fail(names.put, refusal, refusal);
      expect(await table.put(item(1), "absent")).toBe(1);
      expect(requests(names.put)).toBe(3);
      expect(requests(names.get)).toBe(0);
    });

    test("pauses grow, and vary", async () => {
      const pauses: number[] = [];
      const table = await open({ attempts: { maxAttempts: 9, pause: async (ms) => pauses.push(ms) } });
      const [refusal] = Object.values(refusals);
      if (refusal) server.fail(names.put, ...Array.from({ length: 8 }, () => refusal));
      await table.put(item(1), "absent");
      expect(pauses.every((ms, i) => ms >= 0 && ms <= Math.min(2000, 100 * 2 ** i))).toBe(true);
      expect(new Set(pauses).size).toBe(8);
    });

    test("a put that is refused again and again ends as unavailable, with the reason and a time to wait", async () => {
      const table = await open({ attempts: { maxAttempts: 4 } });
      const [refusal] = Object.values(refusals);
      if (refusal) server.fail(names.put, refusal, refusal, refusal, refusal);
      await expect(table.put(item(1), "absent")).rejects.toMatchObject({
        type: "unavailable",
        retryAfterMs: 2000,
        cause: expect.any(Error),
      });
      expect(requests(names.put)).toBe(4);
      expect(await table.get(key)).toBeNull();
    });

    test("what cannot help is not tried again, and is a defect", async () => {
      const table = await open();
      server.fail(names.put, names.final);
      await expect(table.put(item(1), "absent")).rejects.not.toMatchObject({ name: "AppError" });
      expect(requests(names.put)).toBe(1);
    });

    test.each(Object.entries(losses))("a new item whose answer was lost (%s) is written once", async (_, loss) => {
      const table = await open();
      server.fail(names.put, loss);
      expect(await table.put(item(1), "absent")).toBe(1);
      expect(await table.get(key)).toStrictEqual({ ...item(1), version: 1 });
    });

    test.each(Object.entries(losses))("a change whose answer was lost (%s) is made once", async (_, loss) => {
      const table = await open();
      await table.put(item(1), "absent");
      server.fail(names.put, loss);
      expect(await table.put(item(2), { version: 1 })).toBe(2);
      expect(await table.get(key)).toStrictEqual({ ...item(2), version: 2 });
    });

    test.each(["silent", "stalled"] as const)(
      "a put whose answer never ends (%s) is given up after the time limit, and tried again",
      async (fault) => {
        const table = await open({ timeoutMs: 150 });
        server.fail(names.put, fault);
        expect(await table.put(item(1), "absent")).toBe(1);
        expect(requests(names.put)).toBe(2);
      },
    );

    test("after a lost answer, another's write of that version is told from our own", async () => {
      const other = await open();
      const table = await open({ whilePausing: () => other.put(item(9), "absent") });
      server.fail(names.put, "cutBefore");
      expect(await table.put(item(1), "absent")).toBeNull();
      expect(await table.get(key)).toStrictEqual({ ...item(9), version: 1 });
    });

    test("after a lost answer, an item that went on may have been ours: nobody claims to know", async () => {
      const other = await open();
      const table = await open({ whilePausing: () => other.put(item(9), { version: 1 }) });
      server.fail(names.put, "cutAfter");
      await expect(table.put(item(1), "absent")).rejects.toMatchObject({ type: "unavailable" });
      expect(await table.get(key)).toStrictEqual({ ...item(9), version: 2 });
    });

    test("after a lost answer, an item that is gone may have been ours: nobody claims to know", async () => {
      const other = await open();
      await other.put(item(0), "absent");
      const table = await open({ whilePausing: () => other.delete(key, { version: 2 }) });
      server.fail(names.put, "cutAfter");
      await expect(table.put(item(1), { version: 1 })).rejects.toMatchObject({ type: "unavailable" });
    });

    test.each(Object.entries(refusals))("a deletion that is refused with %s is tried again", async (_, refusal) => {
      const table = await open();
      await table.put(item(1), "absent");
      server.fail(names.delete, refusal);
      expect(await table.delete(key, { version: 1 })).toBe(true);
    });

    test("a deletion that never arrived is sent again", async () => {
      const table = await open();
      await table.put(item(1), "absent");
      server.fail(names.delete, "cutBefore");
      expect(await table.delete(key, { version: 1 })).toBe(true);
      expect(await table.get(key)).toBeNull();
    });

    test("a deletion whose answer was lost is not reported as somebody else's", async () => {
      const table = await open();
      await table.put(item(1), "absent");
      server.fail(names.delete, "cutAfter");
      await expect(table.delete(key, { version: 1 })).rejects.toMatchObject({ type: "unavailable" });
      expect(await table.get(key)).toBeNull();
    });

    test("a deletion whose answer was lost never hits the item that took its place", async () => {
      const other = await open();
      await other.put(item(1), "absent");
      const table = await open({ whilePausing: () => other.put(item(2), "absent") });
      server.fail(names.delete, "cutAfter");
      await expect(table.delete(key, { version: 1 })).rejects.toMatchObject({ type: "unavailable" });
      expect(await table.get(key)).toStrictEqual({ ...item(2), version: 1 });
    });

    test.each(Object.entries({ ...losses, ...refusals }))("reads go on after %s", async (_, fault) => {
      const table = await open();
      await table.put(item(1), "absent");
      server.fail(names.get, fault, fault);
      server.fail(names.query, fault, null, fault);
      expect((await table.get(key))?.data).toEqual({ n: 1 });
      expect((await table.query(all)).items).toHaveLength(1);
      expect(await table.due({ kind: "job", shard: 0, before: 0, limit: 1 })).toEqual([]);
    });

    test("of 30 writers over a bad network each is told the truth", async () => {
      const table = await open({ attempts: { maxAttempts: 50 } });
      const other = await open({ attempts: { maxAttempts: 50 } });
      await table.put({ ...key, data: { writers: [] } }, "absent");
      const bad = [...Object.values(refusals), ...Object.values(losses)];
      server.fail(
        names.put,
        ...Array.from({ length: 120 }, (_, i) => (i % 2 ? null : (bad[(i / 2) % bad.length] ?? null))),
      );
      const told = await Promise.all(Array.from({ length: 30 }, (_, n) => writeOnce(n % 2 ? table : other, n)));
      const written = writersOf(await table.get(key));
      expect(new Set(written).size).toBe(written.length);
      for (const [n, answer] of told.entries()) {
        if (answer === "written") expect(written).toContain(n);
        if (answer === "not written") expect(written).not.toContain(n);
      }
      expect(told.filter((answer) => answer === "written").length).toBeGreaterThan(0);
    });

    test("connections stay open from one request to the next", async () => {
      const table = await open();
      await table.get(key);
      const before = server.connections();
      for (let i = 0; i < 10; i++) await table.get(key);
      expect(server.connections()).toBe(before);
    });

    test("each request goes out with the key of its moment", async () => {
      let current: AccessKey = { accessKeyId: "key-1", accessKeySecret: "secret-1" };
      const table = await open({ credentials: async () => current });
      await table.put(item(1), "absent");
      current = { accessKeyId: "key-2", accessKeySecret: "secret-2", securityToken: "token-2" };
      server.keys = [{ accessKeyId: "key-2", accessKeySecret: "secret-2", securityToken: "token-2" }];
      expect(await table.put(item(2), { version: 1 })).toBe(2);
      expect(server.usedKeys.at(-1)).toBe("key-2");
    });

    test("a token that is renewed under the same key is used", async () => {
      let securityToken = "token-1";
      server.keys = [{ accessKeyId: "key-1", accessKeySecret: "secret-1", securityToken }];
      const table = await open({
        credentials: async () => ({ accessKeyId: "key-1", accessKeySecret: "secret-1", securityToken }),
      });
      securityToken = "token-2";
      server.keys = [{ accessKeyId: "key-1", accessKeySecret: "secret-1", securityToken }];
      expect(await table.put(item(1), "absent")).toBe(1);
    });

    test("credentials that are refused while running read as unavailable", async () => {
      const table = await open();
      server.keys = [];
      await expect(table.get(key)).rejects.toMatchObject({ type: "unavailable", cause: expect.any(Error) });
    });

    test("a table with wrong credentials is not opened", async () => {
      const credentials = async () => ({ accessKeyId: "key-1", accessKeySecret: "wrong" });
      await expect(open({ credentials })).rejects.toMatchObject({
        type: "unavailable",
        message: expect.stringContaining("cannot be read"),
      });
    });
  });
}

const key = { partition: "user#1", sort: "job#1" };

const all = { partition: key.partition, prefix: "", order: "ascending", limit: 10 } as const;

function item(n: number) {
  return { ...key, data: { n } };
}

function writersOf(found: Item | null): number[] {
  return (found?.data.writers ?? []) as number[];
}

/** Until it is told that it wrote, or that nobody knows. */
async function writeOnce(table: Table, n: number): Promise<"written" | "not written" | "unknown"> {
  for (let round = 0; round < 3; round++) {
    const before = await table.get(key);
    const data = { writers: [...writersOf(before), n] };
    try {
      const version = await table.put({ ...key, data }, { version: before?.version ?? 0 });
      if (version !== null) return "written";
    } catch {
      return "unknown";
    }
  }
  return "not written";
}
