// A disk that is full, a folder that cannot be written, and what has reached the disk when a put answers.
import { spawnSync } from "node:child_process";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { startStore } from "./starting.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const directory = temporaryFolder();
const baseUrl = "http://127.0.0.1/media/";
const nobody = 65_534;

const canMount = works("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", tmpdir());
const canTrace = works("strace", "-o", "/dev/null", "true");

function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args).status === 0;
}

/** A command line for a process that sees a disk of its own in the folder. */
function onDisk(options: string): string[] {
  const script = `mount -t tmpfs -o ${options} tmpfs "$0" && exec "$@"`;
  return ["unshare", "-rm", "sh", "-c", script, directory()];
}

test.skipIf(!canMount)(
  "a full disk is storage_full, and harms nothing that is there (needs unshare and tmpfs)",
  async () => {
    const lines = await startStore("fill", directory(), { around: onDisk("size=2m") }).ended();
    const [stream, afterStream, small, probe, first, staged] = lines.map((line) => line !== "done" && JSON.parse(line));
    expect(stream).toMatchObject({ type: "storage_full" });
    expect(afterStream).toEqual(expect.arrayContaining(["first", "~staging"]));
    expect(afterStream).toHaveLength(2);
    expect(small).toMatchObject({ type: "storage_full" });
    expect(probe).toMatchObject({ type: "unavailable" });
    expect(first).toMatchObject({ key: "first", size: 4 });
    expect(staged).toEqual([]);
  },
);

test.skipIf(!canMount)("F45: a read-only disk is named at opening (needs unshare and tmpfs)", async () => {
  const [said = ""] = await startStore("open", directory(), { around: onDisk("ro") }).ended();
  expect(JSON.parse(said)).toMatchObject({ type: "unavailable", message: expect.stringContaining("EROFS") });
  expect(said).toContain(directory());
});

test.each(["", "new", "objects"])("a folder without permission to write is named at opening (%s)", async (name) => {
  await mkdir(join(directory(), "objects", "~staging"), { recursive: true });
  await chmod(directory(), 0o555);
  // Permissions do not bind root, so the process runs as nobody then.
  const uid = process.getuid?.() === 0 ? { uid: nobody } : {};
  const [said = ""] = await startStore("open", join(directory(), name), uid).ended();
  await chmod(directory(), 0o755);
  expect(JSON.parse(said)).toMatchObject({ type: "unavailable", message: expect.stringContaining("EACCES") });
  expect(said).toContain(join(directory(), name));
});

test("a file in the folder's place is named at opening", async () => {
  const file = join(directory(), "file");
  await writeFile(file, "");
  await expect(openFolderStore({ directory: file, baseUrl })).rejects.toMatchObject({ type: "unavailable" });
  await expect(openFolderStore({ directory: join(file, "below"), baseUrl })).rejects.toThrow(file);
});

test("a folder that is absent is made, with those above it", async () => {
  const store = await openFolderStore({ directory: join(directory(), "a", "b", "c"), baseUrl });
  await store.put("key", Buffer.from("bytes"));
  expect(await readFile(join(directory(), "a", "b", "c", "key"), "utf8")).toBe("bytes");
});

/** What a task does to the disk, in order: syncs, and changes of names. Names of staged files are left out, and so is their making. */
async function trace(task: string): Promise<string[]> {
  await openFolderStore({ directory: directory(), baseUrl });
  const log = `${directory()}.strace`;
  const around = [
    "strace",
    "-f",
    "-y",
    "-e",
    "trace=fsync,fdatasync,link,linkat,rename,renameat,mkdir,rmdir,open,openat",
    "-o",
    log,
  ];
  try {
    await startStore(task, directory(), { around }).ended();
    return tidied(await readFile(log, "utf8"));
  } finally {
    await rm(log);
  }
}

function tidied(log: string): string[] {
  const calls = [...log.matchAll(/^\d+ +(\w+)\((.*)$/gm)].filter(
    ([, call = "", rest = ""]) => !call.startsWith("open") || (rest.includes("O_EXCL") && !rest.includes("/~staging/")),
  );
  const lines = calls.map(([, call = "", rest = ""]) => {
    const names = rest
      .split(directory())
      .slice(1)
      .map((name) => /^[^">]*/.exec(name)?.[0]);
    // What was opened is named twice: as it was asked for, and what came of it.
    const line = call.startsWith("open") ? ["create", names[0]] : [call, ...names];
    return line.join(" ").replace(/\/~staging\/[0-9a-f-]+/g, "staged");
  });
  // The opening tries links out.
  return lines.slice(lines.indexOf("link staged staged") + 1);
}

test.skipIf(!canTrace)(
  "content is on the disk before it appears, and its name when the put answers (needs strace)",
  async () => {
    expect(await trace("put")).toEqual([
      ...["fsync staged", "mkdir /users", "fsync ", "mkdir /users/1", "fsync /users"],
      ...["rename staged /users/1/a", "fsync /users/1"],
      ...["fsync staged", "rename staged /users/1/a", "fsync /users/1"],
      ...["fsync staged", "link staged /users/1/b", "fsync /users/1"],
      ...["link /users/1/a staged", "link staged /users/1/c", "fsync /users/1"],
    ]);
  },
);

test.skipIf(!canTrace)(
  "an object that is found there has its name on the disk, too, and a delete as well (needs strace)",
  async () => {
    expect(await trace("find")).toEqual([
      ...["fsync staged", "rename staged /a", "fsync "],
      ...["fsync staged", "link staged /a", "fsync "],
      ...["link /a staged", "link staged /a", "fsync "],
      "fsync ",
    ]);
  },
);

test.skipIf(!canTrace)("a ticket waits for the disk only while its prefix is new (needs strace)", async () => {
  const folders = ["/temp/tickets", "/temp/tickets/user", "/temp/tickets/user/job"];
  expect(await trace("ticket")).toEqual([
    ...["mkdir /temp", "fsync ", ...folders.map((folder) => `mkdir ${folder}`)],
    "create /temp/tickets/user/job/1-1",
    ...folders.toReversed().map((folder) => `rmdir ${folder}`),
  ]);
});
