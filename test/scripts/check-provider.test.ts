// npm run check-provider: as a process where it has nothing to wait for, and its steps in this process where it has.
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkProvider } from "../../scripts/check-provider/check.ts";
import { smallestOf } from "../../scripts/check-provider/smallest.ts";
import { showWire, withoutSecrets } from "../../scripts/check-provider/wire.ts";
import { create as createArk } from "../../shared/providers/ark/provider.ts";
import { create as createKling } from "../../shared/providers/kling/provider.ts";
import { type ArkServer, startArkServer } from "../servers/ark/server.ts";
import { type KlingServer, startKlingServer } from "../servers/kling/server.ts";
import { runScript } from "./run-script.ts";

let ark: ArkServer;
let kling: KlingServer;
beforeEach(async () => {
  [ark, kling] = await Promise.all([startArkServer(), startKlingServer()]);
});
afterEach(async () => {
  await Promise.all([ark[Symbol.asyncDispose](), kling[Symbol.asyncDispose]()]);
});

describe("npm run check-provider", () => {
  const run = (args: string[], key = ark.key) =>
    runScript("scripts/check-provider.ts", args, tmpdir(), { ARK_API_KEY: key, ARK_BASE_URL: ark.url });
  const picture = ["ark", "--model", "doubao-seedream-4-0-250828"];

  it("says what it would cost, and spends nothing without --yes", async () => {
    const { code, stdout, stderr } = await run(["ark"]);
    expect([code, stderr]).toEqual([1, "Nothing was asked. Add --yes to spend it.\n"]);
    expect(stdout).toBe(
      "ark: one video by doubao-seedance-1-0-pro-fast-251015 (2 s, 480p). It costs about 0.0816 CNY, by the list of 2026-11-28.\n",
    );
    expect(ark.requests).toEqual([]);
  });

  it("makes one picture, shows what went over the wire without the key, and finds nothing amiss", async () => {
    const { code, stdout, stderr } = await run([...picture, "--yes"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("All was as the adapter expects.");
    expect(stdout).toContain(`→ POST ${ark.url}/images/generations {"model":"doubao-seedream-4-0-250828"`);
    expect(stdout).toContain('← 200 {"model":"doubao-seedream-4-0-250828"');
    expect(stdout).not.toContain(ark.key);
    expect([ark.count("health"), ark.count("start"), ark.count("file")]).toEqual([1, 1, 1]);
  });

  it("answers programs with one object, whether it was asked, went well, or did not", async () => {
    const [asked, made] = [await run(["ark", "--json"]), await run([...picture, "--yes", "--json"])];
    expect([asked.code, JSON.parse(asked.stdout)]).toMatchObject([
      1,
      { vendor: "ark", cost: { amount: 0.0816, currency: "CNY" }, isAsked: false, isFine: false, differences: [] },
    ]);
    expect([made.code, JSON.parse(made.stdout)]).toMatchObject([
      0,
      { model: "doubao-seedream-4-0-250828", isAsked: true, isFine: true, differences: [] },
    ]);
    expect(made.stderr).toContain(`→ POST ${ark.url}/images/generations`);
    const refused = await run([...picture, "--yes", "--json"], "another-key");
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([
      1,
      { isAsked: true, isFine: false, differences: [expect.stringContaining("health: The provider refuses")] },
    ]);
    expect(refused.stdout + refused.stderr).not.toContain("another-key");
  });

  it("with a key that is refused, starts nothing", async () => {
    const { code, stdout, stderr } = await run([...picture, "--yes"], "another-key");
    expect([code, stderr]).toEqual([1, expect.stringContaining("Not as expected. health: The provider refuses")]);
    expect(stdout).toContain("AuthenticationError");
    expect([ark.count("start"), stdout.includes("another-key")]).toEqual([0, false]);
  });

  it.each([
    [[], "Which vendor?"],
    [["nobody"], 'There is no vendor "nobody".'],
    [["ark", "--no"], "Unknown option"],
  ])("does not understand %j", async (args, says) => {
    const { code, stderr } = await run(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  it("says which key is missing, and which models there are", async () => {
    const [noKey, noModel] = [await run(["kling", "--yes"]), await run(["ark", "--model", "x", "--yes"])];
    expect([noKey.code, noKey.stderr]).toEqual([1, "KLING_API_KEY is not set, in the environment or in .env.\n"]);
    expect([noModel.code, noModel.stderr]).toEqual([1, expect.stringContaining("It has: doubao-seedance")]);
  });
});

describe("its steps", () => {
  const absent = { callbackToken: undefined, workspace: undefined };
  const ofArk = () => createArk({ apiKey: ark.key, secretKey: undefined, baseUrl: ark.url, ...absent });
  const ofKling = () =>
    createKling({ apiKey: kling.accessKey, secretKey: kling.secretKey, baseUrl: kling.url, ...absent });

  /** Whoever is waited for finishes meanwhile. */
  async function check(provider: ReturnType<typeof ofArk>, sleep: () => Promise<void> = async () => undefined) {
    const smallest = smallestOf(provider, undefined, "2026-11-28");
    const said: string[] = [];
    const say = (line: string) => said.push(line);
    return { differences: await checkProvider({ provider, smallest, reference: "check-1", say, sleep }), said };
  }

  it("follow a task until it is done, and find its cost to be that of the list", async () => {
    const found = await check(ofArk(), () => ark.finishAll());
    expect(found.differences).toEqual([]);
    expect(found.said).toEqual([
      "health",
      "  up",
      "start",
      expect.stringContaining("  task cgt-"),
      "output 1",
      "  video",
    ]);
    expect((await check(ofKling(), () => kling.finishAll())).differences).toEqual([]);
  });

  it("ask again later when they were told to", async () => {
    kling.trouble("check", { when: "before", what: { status: 429, body: { code: 1302, message: "slow down" } } });
    expect((await check(ofKling(), () => kling.finishAll())).differences).toEqual([]);
    expect([kling.count("start"), kling.count("check")]).toEqual([1, 2]);
  });

  const answer = (content: object) => ({ status: 200, body: { status: "succeeded", content } });
  it.each([
    ["an answer that says nothing", "start", { status: 200, body: {} }, "start: the vendor's answer says nothing"],
    ["a refusal", "start", { status: 400, body: { error: { code: "InvalidParameter", message: "No." } } }, "No."],
    ["no output", "check", answer({}), "it made 0 outputs and not 1"],
    ["a URL that has expired", "file", { status: 403, body: "expired" }, "output 1: its URL answers 403"],
    [
      "a page instead of a video",
      "file",
      { status: 200, body: "<html>gone</html>" },
      "first bytes are those of no video",
    ],
  ] as const)("name %s", async (_, kind, what, says) => {
    ark.trouble(kind, { when: "before", what });
    const { differences } = await check(ofArk(), () => ark.finishAll());
    expect(differences).toEqual([expect.stringContaining(says)]);
  });

  it("name a bill that is not that of the list", async () => {
    ark.trouble("check", {
      when: "before",
      what: {
        status: 200,
        body: {
          ...{
            status: "succeeded",
            model: "doubao-seedance-1-0-pro-fast-251015",
            usage: { completion_tokens: 100_000 },
          },
          content: {
            video_url: ark.addFile("a.mp4", { bytes: Buffer.from("\0\0\0\x18ftypisom"), contentType: "video/mp4" }),
          },
        },
      },
    });
    const { differences } = await check(ofArk());
    expect(differences).toEqual(["it says that it charged 0.42 CNY, and the list says 0.0816 CNY"]);
  });

  it("show neither keys nor what signs an address, and not all of a long text", () => {
    const text = `{"a":"key-1","url":"https://x.example/f.mp4?sig=abc&e=1","b64":"${"A".repeat(500)}","after":"https://y.example/?t=1"}`;
    const shown = `{"a":"…","url":"https://x.example/f.mp4?…","b64":"${"A".repeat(160)}…","after":"https://y.example/?…"}`;
    expect(withoutSecrets(text, ["key-1"])).toBe(shown);
  });

  it("show a long answer in part, and leave all of it to the adapter", async () => {
    const bytes = Buffer.from(JSON.stringify({ long: "a b\\n".repeat(20_000) }));
    const url = ark.addFile("long.json", { bytes, contentType: "application/json" });
    const lines: string[] = [];
    const stop = showWire([], (line) => lines.push(line));
    const read = await fetch(url).then((got) => got.text());
    stop();
    expect([read.length, lines.length]).toEqual([bytes.length, 2]);
    expect(lines.join("").length).toBeLessThan(6000);
  });
});
