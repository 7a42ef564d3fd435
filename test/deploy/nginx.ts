// A real nginx with the configuration that operators are given, on ports of this machine.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { until } from "../api/user.ts";
import { createCertificate } from "../servers/certificate.ts";
import { freePort } from "../servers/free-port.ts";

/** Empty where there is none. Debian has it where only the administrator's PATH leads. */
export const nginx = spawnSync("sh", ["-c", "PATH=$PATH:/usr/sbin:/usr/local/sbin; command -v nginx"], {
  encoding: "utf8",
}).stdout.trim();

export const configuration = await readFile("deploy/machine/nginx.conf", "utf8");

export interface Nginx extends AsyncDisposable {
  url: string;
  port: number;
}

/** In front of the server on `port`, over plain HTTP. */
export async function startNginx(listens: number, port: number): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), "nginx-"));
  const path = await written(folder, plain(configuration, listens).replace("127.0.0.1:3000", `127.0.0.1:${port}`));
  const child = spawn(nginx, ["-c", path, "-p", folder, "-e", "stderr"], { stdio: ["ignore", "ignore", "pipe"] });
  const [said, ended] = [text(child.stderr), once(child, "close")];
  const url = `http://127.0.0.1:${listens}`;
  await until(
    () =>
      fetch(url).then(
        () => true,
        () => hasEnded(child),
      ),
    (isThere) => isThere,
  );
  if (hasEnded(child)) throw new Error(`nginx ended: ${await said}`);
  return {
    url,
    port: listens,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

/** What nginx says of the configuration as it is, but for its ports and where the certificate lies. */
export async function tested(): Promise<{ code: number | null; said: string }> {
  const folder = await mkdtemp(join(tmpdir(), "nginx-"));
  const { cert, key } = createCertificate("dream.example.com");
  await Promise.all([writeFile(join(folder, "fullchain.pem"), cert), writeFile(join(folder, "privkey.pem"), key)]);
  const [first, second] = [await freePort(), await freePort()];
  const own = configuration
    .replaceAll("/etc/letsencrypt/live/dream.example.com", folder)
    .replace(/listen 80;/, `listen ${first};`)
    .replace(/listen 443 /, `listen ${second} `)
    .replaceAll(/^ *listen \[::\].*\n/gm, "");
  const path = await written(folder, own);
  const child = spawn(nginx, ["-t", "-c", path, "-p", folder, "-e", "stderr"], { stdio: ["ignore", "ignore", "pipe"] });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  await rm(folder, { recursive: true });
  return { code, said };
}

/** Without the server that only leads to TLS, and without TLS. Every line that stays is the operator's. */
function plain(whole: string, port: number): string {
  const own = whole
    .replace(/\nserver \{\n {4}listen 80;[\s\S]*?\n\}\n/, "\n")
    .replace(/listen 443 .*/, `listen 127.0.0.1:${port};`)
    .replaceAll(/^ *(?:ssl_\w+|listen \[::\]).*\n/gm, "");
  if (own.split("listen ").length !== 2) throw new Error(`The configuration has other lines than expected:\n${own}`);
  return own;
}

/** In a configuration around it, as Debian's includes it. */
async function written(folder: string, site: string): Promise<string> {
  const { uid, username } = userInfo();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `  ${name}_temp_path ${folder}/${name};`,
  );
  const lines = [
    ...(uid === 0 ? [`user ${username};`] : []),
    ...["daemon off;", `pid ${folder}/pid;`, "events {}", "http {", "  access_log off;", ...temporary, site, "}"],
  ];
  const path = join(folder, "nginx.conf");
  await writeFile(path, lines.join("\n"));
  return path;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
