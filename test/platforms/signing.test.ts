// What signs files is large: it is carried by those who sign, where somebody signs, and works there where nothing else is.
import { execFile } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { declarations } from "../../functions/declarations.ts";
import { buildCloud } from "../../scripts/build/build.ts";
import { adaptersOf, type Cloud, clouds } from "../../scripts/build/plan.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { needC2pa } from "../labels/c2pa-library.ts";
import { checkSigned } from "../labels/c2pa-store.ts";
import { createAuthority } from "../servers/authority.ts";
import { unzipInto } from "../servers/zip.ts";

const run = promisify(execFile);
const temporary = mkdtempSync(join(tmpdir(), "dream-factory-signing-"));
const authority = createAuthority();
afterAll(() => {
  rmSync(temporary, { recursive: true, force: true });
  authority.close();
});

const part = "node_modules/@contentauth/c2pa-node";

/** The folders of functions, by their names. */
async function built(cloud: Cloud, signs: boolean, names: string[]): Promise<Record<string, string>> {
  const own = declarations.filter(({ name }) => names.includes(name));
  const outDir = mkdtempSync(join(temporary, `${cloud}-`));
  const adapters = { ...adaptersOf[cloud], signs };
  const zips = await buildCloud({ root: process.cwd(), outDir, cloud, declarations: own, adapters });
  const folders = zips.map(async ({ name, path }) => {
    const folder = join(outDir, name);
    await unzipInto(path, folder);
    return [name, folder] as const;
  });
  return Object.fromEntries(await Promise.all(folders));
}

const signing = `
import { sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { Builder } from "@contentauth/c2pa-node/dist/Builder.js";
import { Reader } from "@contentauth/c2pa-node/dist/Reader.js";
import { CallbackSigner } from "@contentauth/c2pa-node/dist/Signer.js";
const key = readFileSync("key.pem");
const digitalSourceType = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
const actions = { label: "c2pa.actions.v2", data: { actions: [{ action: "c2pa.created", digitalSourceType }] } };
const settings = JSON.stringify({ builder: { thumbnail: { enabled: false } } });
const builder = Builder.withJson({ title: "one", assertions: [actions] }, settings);
const config = { alg: "es256", certs: [readFileSync("chain.pem")], reserveSize: 9000, directCoseHandling: false };
const signer = CallbackSigner.newSigner(config, async (data) => sign("sha256", data, { key, dsaEncoding: "ieee-p1363" }));
const asset = (path) => ({ path, mimeType: "image/png" });
await builder.signAsync(signer, asset("in.png"), asset("out.png"));
console.log((await Reader.fromAsset(asset("out.png"), "{}")).json().validation_state);
process.exit(0);
`;

needC2pa();

describe.each(clouds)("on %s", (cloud) => {
  test("who advances jobs signs where nothing else is; who answers requests or keeps files carries nothing of it", async () => {
    const folders = await built(cloud, true, ["run-job", "get-job", "persist-output"]);
    const folder = folders["run-job"] ?? "";
    const { certificates, privateKey } = authority.issue();
    for (const [name, bytes] of [
      ["sign.mjs", signing],
      ["in.png", tinyPng],
      ["chain.pem", certificates],
      ["key.pem", privateKey],
    ] as const) {
      await writeFile(join(folder, name), bytes);
    }
    const { stdout } = await run(process.execPath, ["sign.mjs"], { cwd: folder, env: {}, timeout: 60_000 });
    expect(stdout).toBe("Valid\n");
    checkSigned(readFileSync(join(folder, "out.png")));
    expect(globSync("**/*", { cwd: join(folder, part) }).length).toBeLessThan(12);
    const others = Object.entries(folders).filter(([name]) => name !== "run-job");
    expect(others.flatMap(([, each]) => globSync(`${each}/${part}`))).toEqual([]);
  });

  test("nobody carries it where nobody signs", async () => {
    const folders = await built(cloud, false, ["run-job"]);
    expect(globSync(`${folders["run-job"]}/node_modules/@contentauth/*`)).toEqual([]);
  });
});
