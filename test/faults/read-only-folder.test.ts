// A data folder that can only be read.
import { spawnSync } from "node:child_process";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { filesOf } from "../api/local.ts";
import { create, follow } from "../api/user.ts";
import { processes } from "../process/running.ts";

const program = fileURLToPath(new URL("../../scripts/start.ts", import.meta.url));

/** Permissions do not bind root; a mount does. */
const readOnly = ["unshare", "-rm", "sh", "-c", 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'];
const canMount = spawnSync("unshare", ["-rm", "true"]).status === 0;

test.for(["an empty one", "one with a table and objects"])(
  "F45: a read-only DATA_DIR, %s: the start is refused in words that name it, and nothing is changed",
  async (what, { skip, onTestFinished }) => {
    if (!canMount && process.getuid?.() === 0) skip("root needs unshare and mount for a folder that it cannot write");
    const { emptyFolder, start, startInVain } = processes(onTestFinished);
    const dataDir = await emptyFolder();
    if (what !== "an empty one") {
      const running = await start(dataDir);
      const user = await running.register();
      await follow(user, (await create(user, { prompt: "before", size: "64x64" })).id);
      await running.stop("SIGTERM");
    }
    const before = await filesOf(dataDir);
    const node = [process.execPath, program];
    if (!canMount) {
      await chmod(dataDir, 0o555);
      onTestFinished(() => chmod(dataDir, 0o755));
    }
    const { code, stdout, stderr } = await startInVain(dataDir, {
      command: canMount ? [...readOnly, dataDir, ...node] : node,
      cwd: join(dataDir, ".."),
    });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(dataDir);
    expect(stderr).toMatch(/EROFS|EACCES|read-?only|writ/i);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(await filesOf(dataDir)).toEqual(before);
  },
);
