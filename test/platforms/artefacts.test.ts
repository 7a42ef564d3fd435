// The zips that are deployed: what is in them, that they are the same wherever they are made, and that they run where nothing else is.
import { execFile } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { STATUS_CODES } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type UnzipFileInfo, unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { declarations } from "../../functions/declarations.ts";
import { buildCloud } from "../../scripts/build/build.ts";
import { bundle } from "../../scripts/build/bundle.ts";
import { adaptersOf, type Cloud, clouds, planOf } from "../../scripts/build/plan.ts";
import { unzipInto } from "../servers/zip.ts";
import { misplaced, rules } from "./belongings.ts";
import { insideOf } from "./inside.ts";
import { build, copyOfTree, load, settings } from "./trees.ts";
import { insidesOf, zipsOf } from "./zips.ts";

const run = promisify(execFile);
const root = process.cwd();
const temporary = mkdtempSync(join(tmpdir(), "dream-factory-artefacts-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** By cloud, the folder with the zips. */
const folders = {} as Record<Cloud, string>;
beforeAll(async () => {
  for (const cloud of clouds) folders[cloud] = await zipsOf(cloud);
});

describe("what is inside", () => {
  test.each(clouds)("on %s no function carries a package or a file of ours that is not its kind's", async (cloud) => {
    const found = await insidesOf(cloud);
    expect(Object.keys(found).toSorted()).toEqual(declarations.map(({ name }) => name).toSorted());
    expect(Object.entries(found).flatMap(([name, inside]) => misplaced(name, cloud, inside))).toEqual([]);
  });

  test.each(clouds)("on %s who signs tokens carries nothing that compares versions of Node", async (cloud) => {
    const { login } = await insidesOf(cloud);
    expect(login?.packages).toContain("jsonwebtoken");
    expect(login?.packages).not.toContain("semver");
  });

  test("an import too many is named: a package, an adapter of another place, a whole store, drawing", async () => {
    const entry = planOf("aws", declarations, adaptersOf.aws).find(({ name }) => name === "get-me");
    const more = [
      'import { openSqliteTable } from "./shared/tables/sqlite.ts";',
      'import { createS3Store } from "./shared/stores/s3/store.ts";',
      'import { drawImage } from "./shared/providers/sketch/image.ts";',
      'import pLimit from "p-limit";',
      "export const used = [openSqliteTable, createS3Store, drawImage, pLimit];",
    ];
    const source = `${entry?.source}\n${more.join("\n")}`;
    const { metafile } = await bundle(root, { name: "get-me", source, draws: false });
    const complaints = misplaced("get-me", "aws", insideOf(metafile));
    for (const complaint of [
      "aws/get-me has @aws-sdk/client-s3",
      "aws/get-me has p-limit",
      "aws/get-me asks for sharp",
      "aws/get-me has the table in a file: shared/tables/sqlite.ts",
      "aws/get-me has a whole store: shared/stores/s3/store.ts",
      "aws/get-me has drawing: shared/providers/sketch/image.ts",
    ]) {
      expect(complaints).toContain(complaint);
    }
  });

  test("Node's own modules are asked for as objects, of which only what is used is read", async () => {
    const uses =
      'import { createHmac, randomUUID } from "node:crypto"; import * as path from "path"; import http from "http";';
    const source = `${uses} export const used = [createHmac("sha1", "key"), path.join("a", "b"), http.STATUS_CODES];`;
    const { files } = await bundle(root, { name: "made-up", source, draws: false });
    const text = Buffer.from(files["index.mjs"] ?? []).toString();
    expect(text).not.toMatch(/\bimport\b(?!\.meta)|\bfrom ?"/);
    expect(text).not.toContain("randomUUID");
    const path = join(temporary, "made-up.mjs");
    await writeFile(path, files["index.mjs"] ?? []);
    const { used } = await import(path);
    expect(used.slice(1)).toEqual(["a/b", STATUS_CODES]);
  });

  test("each rule is of files that there are", () => {
    const ours = globSync("{shared,scripts}/**/*.ts");
    const idle = Object.entries(rules).filter(([, { files }]) => !ours.some((path) => files.test(path)));
    expect(idle.map(([what]) => what)).toEqual([]);
  });
});

describe("the same wherever they are made", () => {
  test.each(clouds)(
    "on %s entries are sorted, of one time, and name nothing of the machine that built them",
    (cloud) => {
      // Packages are the same in each zip that has them.
      const looked = new Set<string>();
      const isNew = ({ name, size }: UnzipFileInfo) => {
        const file = `${name} ${size}`;
        const isKnown = looked.has(file);
        if (name.startsWith("node_modules/")) looked.add(file);
        return !isKnown;
      };
      for (const path of globSync(`${folders[cloud]}/*.zip`)) {
        const zip = readFileSync(path);
        const entries = entriesOf(zip);
        const names = entries.map(({ name }) => name);
        expect(names).toContain("index.mjs");
        expect(names).toEqual(names.toSorted());
        expect([...new Set(entries.map(({ modifiedAt }) => modifiedAt))]).toEqual(["1980-1-1 0:0:0"]);
        const telling = Object.entries(unzipSync(zip, { filter: isNew })).filter(([, bytes]) =>
          Buffer.from(bytes).includes(`${root}/`),
        );
        expect(telling.map(([name]) => name)).toEqual([]);
      }
    },
  );

  test.each([
    ["aws", "get-job"],
    ["aliyun", "run-job"],
  ] as const)(
    "on %s %s from a copy of the tree, elsewhere and at another time, is the same to the byte",
    async (cloud, name) => {
      const copy = await copyOfTree(temporary);
      const own = declarations.filter((each) => each.name === name);
      const options = { cloud, declarations: own, adapters: adaptersOf[cloud] };
      const outDir = join(copy, "elsewhere");
      const zips = [
        await buildCloud({ ...options, root, outDir: join(copy, "here") }),
        await buildCloud({ ...options, root: copy, outDir }),
      ].map(([built]) => readFileSync(built?.path ?? ""));
      expect(zips[0]?.equals(zips[1] ?? Buffer.alloc(0))).toBe(true);
    },
  );
});

describe("where nothing else is", () => {
  test.each(clouds)("on %s every kind of function loads", async (cloud) => {
    for (const name of ["get-job", "generate-image", "docs", "persist-output", "run-job", "deliver-webhooks"]) {
      const loaded = await load(await unzipped(cloud, name), settings[cloud]);
      expect(loaded).toEqual({ code: 0, stdout: "ready", stderr: "" });
    }
  });

  test.each(clouds)(
    "on %s a missing setting ends each kind of function with its name and what to write",
    async (cloud) => {
      const { JWT_SECRET: _, ...rest } = settings[cloud];
      for (const name of ["get-job", "persist-output"]) {
        const { code, stderr } = await load(await unzipped(cloud, name), rest);
        expect(code).not.toBe(0);
        expect(stderr).toContain(`JWT_SECRET is required with PLATFORM=${cloud}. Write at least 32 random bytes`);
      }
    },
  );

  test.each([
    ["aws", "run-job"],
    ["aliyun", "poll-tasks"],
  ] as const)("on %s %s has sharp and a font with it, and draws letters where no fonts are", async (cloud, name) => {
    const folder = await unzipped(cloud, name);
    await writeFile(join(folder, "draw.mjs"), drawing);
    const { stdout } = await run(process.execPath, ["draw.mjs"], { cwd: folder, env: { FONTCONFIG_PATH: folder } });
    const { dream, factory, nothing } = JSON.parse(stdout);
    expect(nothing).toBe(0);
    expect(dream).toBeGreaterThan(100);
    // A letter that a font lacks is a box, and all boxes are alike.
    expect(factory).not.toBe(dream);
  });

  test.each(clouds)("on %s check-upload decodes images where nothing else is, and carries no font", async (cloud) => {
    const folder = await unzipped(cloud, "check-upload");
    await writeFile(join(folder, "decode.mjs"), decoding);
    const { stdout } = await run(process.execPath, ["decode.mjs"], { cwd: folder, env: {} });
    expect(stdout).toBe("3 bytes\n");
    expect(globSync(`${folder}/node_modules/@expo-google-fonts/*`)).toEqual([]);
  });
});

describe("npm run build", () => {
  test("carries the store that STORAGE_PROVIDER names, and such a zip works with no other", async () => {
    const copy = await copyOfTree(temporary, { only: ["get-job"] });
    const { stdout } = await build(copy, ["aws"], { STORAGE_PROVIDER: "r2" });
    expect(stdout).toContain(".build/aws/: 1 zips for dynamodb and r2");
    const folder = join(copy, "unzipped");
    await unzipInto(join(copy, ".build", "aws", "get-job.zip"), folder);
    expect(await load(folder, { ...settings.aws, ...r2 })).toEqual({ code: 0, stdout: "ready", stderr: "" });
    const { code, stderr } = await load(folder, settings.aws);
    expect(code).not.toBe(0);
    expect(stderr).toContain("STORAGE_PROVIDER is s3, and this was built for r2. Build again with STORAGE_PROVIDER=s3");
  });

  test("a zip for S3 says what to do when the settings name R2", async () => {
    for (const name of ["get-job", "persist-output"]) {
      const { code, stderr } = await load(await unzipped("aws", name), { ...settings.aws, ...r2 });
      expect(code).not.toBe(0);
      expect(stderr).toContain(
        "STORAGE_PROVIDER is r2, and this was built for s3. Build again with STORAGE_PROVIDER=r2",
      );
    }
  });

  test("knows no other clouds than its own", async () => {
    const failed = await build(root, ["azure"], {});
    expect(failed).toMatchObject({
      code: 2,
      stdout: "",
      stderr: "Usage: npm run build [-- aws | aliyun | page] [--json]\n",
    });
  });

  test("leaves the old zips as they are when it fails, and clears its own away when it then succeeds", async () => {
    const outDir = join(temporary, "fails");
    const one = declarations.filter(({ name }) => name === "get-me");
    const options = { root, outDir, cloud: "aws", adapters: adaptersOf.aws } as const;
    const [first] = await buildCloud({ ...options, declarations: one });
    const before = await readFile(first?.path ?? "");
    const broken = [...one, ...declarations.filter(({ name }) => name === "purge-temp")].map((each, i) =>
      i === 0 ? each : { ...each, name: "not-there" },
    );
    await expect(buildCloud({ ...options, declarations: broken })).rejects.toThrow("not-there");
    expect(await readdir(join(outDir, "aws"))).toEqual(["get-me.zip"]);
    expect(before.equals(await readFile(first?.path ?? ""))).toBe(true);
    await buildCloud({ ...options, declarations: one });
    expect(await readdir(outDir)).toEqual(["aws"]);
  });
});

const r2 = {
  ...{ STORAGE_PROVIDER: "r2", S3_ENDPOINT: "https://account.r2.cloudflarestorage.com", STORE_ACCESS: "private" },
  ...{ S3_ACCESS_KEY_ID: "key", S3_SECRET_ACCESS_KEY: "secret" },
};

async function unzipped(cloud: Cloud, name: string): Promise<string> {
  const folder = mkdtempSync(join(temporary, `${cloud}-${name}-`));
  await unzipInto(join(folders[cloud], `${name}.zip`), folder);
  return folder;
}

/** From the central directory: APPNOTE.TXT, 4.3.12 and 4.4.6. */
function entriesOf(zip: Buffer): { name: string; modifiedAt: string }[] {
  const end = zip.lastIndexOf("PK\x05\x06");
  const entries = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [time, date] = [zip.readUInt16LE(at + 12), zip.readUInt16LE(at + 14)];
    const [nameLength, extraLength] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30)];
    const day = `${1980 + (date >> 9)}-${(date >> 5) & 15}-${date & 31}`;
    const hour = `${time >> 11}:${(time >> 5) & 63}:${(time & 31) * 2}`;
    entries.push({ name: zip.toString("utf8", at + 46, at + 46 + nameLength), modifiedAt: `${day} ${hour}` });
    at += 46 + nameLength + extraLength + zip.readUInt16LE(at + 32);
  }
  return entries;
}

/** How much ink each text has: the sum of its pixels. */
const drawing = `
import sharp from "sharp";
import { fileURLToPath } from "node:url";
const fontfile = fileURLToPath(import.meta.resolve("@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf"));
async function ink(text) {
  const font = "Noto Sans SC Medium 64";
  const layer = { text: \`<span foreground="#fff">\${text}</span>\`, font, fontfile, dpi: 72, rgba: true };
  const canvas = sharp({ create: { width: 256, height: 128, channels: 3, background: "#000" } });
  if (text !== "") canvas.composite([{ input: await sharp({ text: layer }).png().toBuffer() }]);
  return (await canvas.raw().toBuffer()).reduce((sum, value) => sum + value, 0);
}
console.log(JSON.stringify({ nothing: await ink(""), dream: await ink("梦"), factory: await ink("厂") }));
`;

const decoding = `
import sharp from "sharp";
const drawn = await sharp({ create: { width: 1, height: 1, channels: 3, background: "red" } }).png().toBuffer();
console.log(\`\${(await sharp(drawn).raw().toBuffer()).length} bytes\`);
`;
