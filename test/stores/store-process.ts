// A process with a folder store of its own, for tests that kill it or let two of them race. It does what its first argument
// says with the folder that the second one names, and tells of it line by line.
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";

const [task = "", directory = "", ...places] = process.argv.slice(2);

const tasks: Record<string, (store: ObjectStore) => Promise<void>> = {
  /** Only opens the store. */
  async open() {},

  /** Writes half an object, and then waits to be killed. */
  async half(store) {
    async function* body() {
      yield Buffer.alloc(3 * 1024 * 1024, "half");
      say("half");
      await once(process.stdin, "data");
    }
    await store.put("temp/outputs/half", body());
  },

  /** Writes objects of one repeated digit each, and copies them, until it is killed; names each when it was answered. */
  async write(store) {
    for (let n = 0; ; n++) {
      const key = `users/${n % 7}/${n}`;
      const made = await store.put(key, chunksOf(n), { ifAbsent: n % 2 === 0 });
      say(key);
      await store.copy(key, `copies/${n}`, { ifMatch: made?.etag ?? "" });
      say(`copies/${n}`);
      if (n % 3 === 0) await store.delete(key);
    }
  },

  /** Puts its own number under 300 keys that another process wants too, and names those that it won. */
  async race(store) {
    say("ready");
    await once(process.stdin, "data");
    for (let n = 0; n < 300; n++) {
      const key = `race/${n}`;
      if (await store.put(key, Buffer.from(String(process.pid)), { ifAbsent: true })) say(key);
    }
  },

  /** Puts and deletes objects, so that their folders come and go. */
  async churn(store) {
    say("ready");
    await once(process.stdin, "data");
    for (let n = 0; n < 500; n++) {
      const key = `temp/tickets/user/job/${process.pid}-${n}`;
      await store.put(key, Buffer.alloc(0), { ifAbsent: n % 2 === 0 });
      await store.delete(key);
    }
  },

  /** Writes until the disk is full, a stream and then small objects, and says what is left. */
  async fill(store) {
    await store.put("first", Buffer.from("kept"));
    await store.put("stream", chunksOf(1, 4096)).catch(tell);
    say(JSON.stringify(await readdir(directory, { recursive: true })));
    const filling = async () => {
      for (let n = 0; ; n++) await store.put(`small/${n}`, Buffer.alloc(4096));
    };
    await filling().catch(tell);
    await store.probe().catch(tell);
    say(JSON.stringify(await store.head("first")));
    say(JSON.stringify(await readdir(join(directory, "~staging"))));
  },

  /** Makes an object, replaces it, makes another if absent, and a copy. */
  async put(store) {
    await store.put("users/1/a", Buffer.from("bytes"));
    const made = await store.put("users/1/a", Buffer.from("other"));
    await store.put("users/1/b", chunksOf(1), { ifAbsent: true });
    await store.copy("users/1/a", "users/1/c", { ifMatch: made?.etag ?? "" });
  },

  /** Makes an object, finds it there when it puts and copies another, and deletes it. */
  async find(store) {
    const made = await store.put("a", Buffer.from("bytes"));
    await store.put("a", Buffer.from("other"), { ifAbsent: true });
    await store.copy("a", "a", { ifMatch: made?.etag ?? "" });
    await store.delete("a");
  },

  /** Lists a page behind each of the further arguments, and says how many keys it had, and the first and the last. */
  async list(store) {
    for (const after of places) {
      const { objects, isLast } = await store.list({ prefix: "temp/", limit: 1000, after });
      const keys = objects.map(({ key }) => key);
      say(JSON.stringify({ count: keys.length, first: keys[0], last: keys.at(-1), isLast }));
    }
  },

  /** Makes a ticket and deletes it. */
  async ticket(store) {
    await store.put("temp/tickets/user/job/1-1", Buffer.alloc(0));
    await store.delete("temp/tickets/user/job/1-1");
  },
};

async function* chunksOf(n: number, chunks = 5) {
  for (let chunk = 0; chunk < chunks; chunk++) yield Buffer.alloc(20_000, String(n % 10));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function tell(error: unknown): void {
  const { type, message } = error as { type?: string; message: string };
  say(JSON.stringify({ type, message }));
}

try {
  const store = await openFolderStore({ directory, baseUrl: "http://127.0.0.1/media/" });
  await tasks[task]?.(store);
  say("done");
} catch (error) {
  tell(error);
}
process.exit();
