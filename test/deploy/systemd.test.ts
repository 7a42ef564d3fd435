// The units of deploy/machine: what systemd says of them, and that what they start is what `npm start` starts, and ends when it is told to.
import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { create, follow } from "../api/user.ts";
import { processes } from "../process/running.ts";

const folder = "deploy/machine";
const home = "/opt/dream-factory";
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
const units = (await readdir(folder)).filter((name) => /\.(service|timer)$/.test(name));
const service = await readFile(join(folder, "dream-factory.service"), "utf8");

function valuesOf(name: string): string[] {
  return [...service.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value = ""]) => value);
}

test.skipIf(!hasSystemd)(
  "systemd takes the units, and has nothing to say of them (needs systemd-analyze)",
  async ({ onTestFinished }) => {
    expect(units.length).toBe(3);
    const copies = await mkdtemp(join(tmpdir(), "units-"));
    onTestFinished(() => rm(copies, { recursive: true }));
    await cp(folder, copies, { recursive: true });
    // It looks for the programs: here they are this checkout's.
    for (const name of units) {
      const text = await readFile(join(copies, name), "utf8");
      await writeFile(join(copies, name), text.replaceAll(home, resolve()));
    }
    const paths = units.map((name) => join(copies, name));
    const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", ...paths], {
      encoding: "utf8",
    });
    // Of units of this machine it says something, too.
    const ours = `${stdout}${stderr}`.split("\n").filter((line) => line.includes("dream-factory"));
    expect([status, ours]).toEqual([0, []]);
  },
);

test("the service starts what npm start does, with the same settings of memory", () => {
  const [command = ""] = valuesOf("ExecStart");
  const [memory] = valuesOf("Environment");
  const node = `${home}/node_modules/node/bin/node`;
  expect(`exec env ${memory} ${command.replace(node, "node")}`).toBe(packageJson.scripts.start);
});

test("what the service starts answers SIGTERM alone, ends with 0, and goes on at the next start", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const words = valuesOf("ExecStart").join(" ").replaceAll(home, resolve()).split(" ");
  const settings = { NODE_ENV: "production", JWT_SECRET: "a".repeat(64), TRUSTED_PROXIES: "127.0.0.1" };
  const options = {
    command: ["env", ...valuesOf("Environment").join(" ").split(" "), ...words],
    ...{ environment: settings, cwd: resolve() },
  };
  const first = await start(dataDir, options);
  const user = await first.register();
  const { id } = await create(user, { prompt: "a phoenix", size: "64x64" });
  process.kill(first.pid, "SIGTERM");
  expect([await first.ended, first.stderr()]).toEqual([{ code: 0, signal: null }, ""]);
  await start(dataDir, { ...options, environment: { ...settings, PORT: String(first.port) } });
  expect(await follow(user, id)).toMatchObject({ status: "completed", cost: 1 });
});
