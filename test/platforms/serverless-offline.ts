// serverless-offline, which runs what serverless.yml deploys on one machine: an emulator of Lambda and HTTP APIs that others have written.
//
// It is 240 packages, and of use to these tests alone: so it is no package of this repository, but installed from the registry where it runs,
// without anybody's install scripts. That takes a network, which only `npm run test:long` may want.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { endWithUs } from "../servers/child-processes.ts";
import { freePort } from "../servers/free-port.ts";
import type { StartFronts } from "./api-fronts.ts";
import { FRONT } from "./serverless-offline-differences.ts";
import { zipsOf } from "./zips.ts";

const plugin = "serverless-offline@14.8.2";

const INSTALL_MS = 300_000;

/** The HTTP API of serverless.yml, with all its functions behind it, each in a thread of its own. */
export const startServerlessOffline: StartFronts = async (folder, environment) => {
  const { serverless } = JSON.parse(await readFile("package.json", "utf8")).devDependencies;
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true }));
  await promisify(execFile)(
    "npm",
    ["install", "--ignore-scripts", "--no-audit", "--no-fund", plugin, `serverless@${serverless}`],
    { cwd: folder, timeout: INSTALL_MS },
  );
  await cp("deploy", join(folder, "deploy"), { recursive: true });
  await symlink(dirname(await zipsOf("aws")), join(folder, ".build"));
  await writeFile(join(folder, "serverless.yml"), await manifest(environment));
  const program = join(folder, "node_modules/serverless/bin/serverless.js");
  // It cannot be told to take any port that is free: it would say that it listens on port 0.
  const [httpPort, lambdaPort] = [String(await freePort()), String(await freePort())];
  const args = [
    "offline",
    "--host",
    "127.0.0.1",
    "--httpPort",
    httpPort,
    "--lambdaPort",
    lambdaPort,
    "--localEnvironment",
  ];
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { PATH, HOME: folder, AWS_REGION: "eu-central-1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  endWithUs(child);
  const ended = once(child, "close");
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk;
      const [, found] = /Server ready: (http:\S+)/.exec(said) ?? [];
      if (found) resolve(found);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    void ended.then(() => reject(new Error(`serverless-offline ended: ${said}`)));
  });
  return {
    fronts: [{ name: FRONT, urlOf: () => url }],
    output: () => said,
    async retire() {},
    async close() {
      child.kill("SIGKILL");
      await ended;
    },
  };
};

/** Ours, with the plugin, and with the secret that a deployment would get from Secrets Manager; without timers: a job is run when a test says so. */
async function manifest({ JWT_SECRET }: Record<string, string>): Promise<string> {
  const ours = await readFile("serverless.yml", "utf8");
  const changes: [RegExp, string][] = [
    [/JWT_SECRET: .*/, `JWT_SECRET: ${JSON.stringify(JWT_SECRET)}`],
    [/VENDOR_KEYS: .*/, 'VENDOR_KEYS: ""'],
    // It knows no address of its own before it listens.
    [/CALLBACK_URL: .*/, 'CALLBACK_URL: ""'],
    [/events: \[schedule: [^\]]*\]/g, "events: []"],
  ];
  const changed = changes.reduce((text, [what, into]) => {
    if (text.search(what) === -1) throw new Error(`serverless.yml has no ${what}`);
    return text.replace(what, into);
  }, ours);
  return `${changed}\nplugins: [serverless-offline]\n`;
}
