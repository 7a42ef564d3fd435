// Which vendors the zips carry: those that were chosen when they were built, and of them no more than each kind of function needs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { declarations } from "../../functions/declarations.ts";
import { type Built, buildCloud } from "../../scripts/build/build.ts";
import { adaptersOf, clouds } from "../../scripts/build/plan.ts";
import { unzipInto } from "../servers/zip.ts";
import { insideOf } from "./inside.ts";
import { plantVendor } from "./planted-vendor.ts";
import { build, copyOfTree, load, settings } from "./trees.ts";

const temporary = mkdtempSync(join(tmpdir(), "dream-factory-vendors-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const names = ["list-models", "provider-webhook", "run-job", "persist-output", "deliver-webhooks"];

let tree = "";
/** One that declares a single function. */
let small = "";
beforeAll(async () => {
  [tree, small] = [await copyOfTree(temporary), await copyOfTree(temporary, { only: ["list-models"] })];
  for (const each of [tree, small]) {
    plantVendor(each, "fal");
    plantVendor(each, "kling");
  }
});

describe.each(clouds)("on %s, built with fal", (cloud) => {
  const built = new Map<string, Built>();
  beforeAll(async () => {
    const options = {
      ...{ root: tree, outDir: join(temporary, "built"), cloud },
      declarations: declarations.filter(({ name }) => names.includes(name)),
      adapters: { ...adaptersOf[cloud], vendors: ["fal"] },
    };
    for (const each of await buildCloud(options)) built.set(each.name, each);
  });

  const carried = (name: string) => {
    const { metafile } = built.get(name) ?? {};
    const { ours } = insideOf(metafile ?? { outputs: {} });
    return ours.filter((path) => /^shared\/providers\/(fal|kling|calling)\//.test(path));
  };

  async function started(name: string, environment: Record<string, string>) {
    const folder = mkdtempSync(join(temporary, `${cloud}-${name}-`));
    await unzipInto(built.get(name)?.path ?? "", folder);
    return load(folder, { ...settings[cloud], ...environment });
  }

  test("functions that take requests carry what it offers, with its models, and nothing that generates", () => {
    const own = ["shared/providers/fal/models.json", "shared/providers/fal/offer.ts"];
    for (const name of ["list-models", "provider-webhook"]) {
      expect(carried(name).filter((path) => path.includes("/fal/"))).toEqual(own);
      expect(carried(name)).not.toContain("shared/providers/calling/call-vendor.ts");
    }
  });

  test("functions that advance jobs carry all of it, and others nothing", () => {
    const all = ["models.json", "offer.ts", "provider.ts", "request.ts"].map((name) => `shared/providers/fal/${name}`);
    expect(carried("run-job").filter((path) => path.includes("/fal/"))).toEqual(all);
    expect([...carried("persist-output"), ...carried("deliver-webhooks")]).toEqual([]);
  });

  test("nobody carries another vendor", () => {
    expect(names.flatMap(carried).filter((path) => path.includes("kling"))).toEqual([]);
  });

  test("they start with its key, and without", async () => {
    for (const name of ["list-models", "run-job"]) {
      for (const environment of [{}, { VENDOR_KEYS: '{"FAL_API_KEY":"key"}' }])
        expect(await started(name, environment)).toEqual({ code: 0, stdout: "ready", stderr: "" });
    }
  });

  test("with the key of another one, each that would need it ends at its start, and says what to do", async () => {
    const environment = { KLING_API_KEY: "key", KLING_SECRET_KEY: "secret" };
    for (const name of ["list-models", "run-job"]) {
      const { code, stderr } = await started(name, environment);
      expect(code).not.toBe(0);
      expect(stderr).toContain("KLING_API_KEY is set, and this was built without kling. Build again with the key set");
    }
    expect(await started("persist-output", environment)).toMatchObject({ code: 0 });
  });
});

describe("npm run build", () => {
  test.each([
    ["VENDORS", { VENDORS: "kling, fal" }, ", with fal, kling,"],
    ["a key", { FAL_API_KEY: "key" }, ", with fal,"],
    ["VENDOR_KEYS", { VENDOR_KEYS: '{"FAL_API_KEY":"key"}' }, ", with fal,"],
    ["nothing", {}, " zips for dynamodb and s3, "],
  ])("carries the vendors that are named by %s", async (_, environment, says) => {
    const { code, stdout, stderr } = await build(small, ["aws"], environment);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(says);
  });

  test("knows no vendor that there is not", async () => {
    expect(await build(small, ["aws"], { VENDORS: "dalle" })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('VENDORS: there is no vendor "dalle". There is: dashscope,'),
    });
  });
});
