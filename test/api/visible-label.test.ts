// The label that everybody can see, over HTTP: who gets it, who may do without, what is logged of that, and what is said where it cannot be drawn.
import { afterEach, describe, expect, test } from "vitest";
import { runScript } from "../scripts/run-script.ts";
import { type Product, startProduct } from "./local.ts";
import type { User } from "./user.ts";

const china = { LABEL_PROFILE: "cn", LABEL_PRODUCER_CODE: "001191110000MACQD9K64X10001" };
const wait = { prefer: "wait=25" };
const lake = { prompt: "a lake", size: "256x256" };
let product: Product;

afterEach(() => product.close());

async function start(environment: Record<string, string>): Promise<User> {
  product = await startProduct({ environment });
  return product.register();
}

function generate(user: User, json: object, headers: Record<string, string> = wait) {
  return user.call("POST", "/ai/generate-image", { json, headers });
}

test("with LABEL_PROFILE=cn a picture has it, and its output says so", async () => {
  const user = await start(china);
  const { status, body } = await generate(user, lake);
  expect([status, body.data.status, body.data.outputs[0].visibleLabel]).toEqual([201, "completed", true]);
  expect(body.data.params).not.toHaveProperty("visibleLabel");
});

test("without LABEL_VISIBLE a picture has none, and asking for none changes nothing", async () => {
  const user = await start({ LABEL_PROFILE: "eu" });
  const { body } = await generate(user, { ...lake, visibleLabel: false });
  expect([body.data.status, body.data.outputs[0].visibleLabel]).toEqual(["completed", false]);
  expect((await runScript("scripts/label-log.ts", [], product.dataDir)).stdout).toBe("");
});

describe("Doing without", () => {
  test("is refused where the operator does not allow it, and so is a quote", async () => {
    const user = await start(china);
    for (const path of ["/ai/generate-image", "/ai/quote"]) {
      const { status, body } = await user.call("POST", path, { json: { ...lake, visibleLabel: false } });
      expect([status, body.error.details]).toEqual([
        400,
        [{ path: "visibleLabel", message: expect.stringContaining("cannot be had without") }],
      ]);
    }
    const { status } = await user.call("POST", "/ai/generate-image", { json: { ...lake, visibleLabel: "no" } });
    expect(status).toBe(400);
  });

  test("is done and logged where the operator allows it; the same key with another wish is refused", async () => {
    const user = await start({ ...china, LABEL_OPT_OUT: "1" });
    const headers = { ...wait, "idempotency-key": "one" };
    const { body } = await generate(user, { ...lake, visibleLabel: false }, headers);
    expect([body.data.outputs[0].visibleLabel, body.data.params.visibleLabel]).toEqual([false, false]);
    expect((await generate(user, lake, headers)).status).toBe(422);

    const log = (...args: string[]) => runScript("scripts/label-log.ts", args, product.dataDir);
    const { code, stdout, stderr } = await log();
    const { id, outputs } = body.data;
    expect([code, stderr]).toEqual([0, `1 logged in ${product.dataDir}/table.sqlite.\n`]);
    expect(stdout).toMatch(new RegExp(`^\\S+Z ${id}-1-0 declined user \\S+ sketch/sketch ${outputs[0].sha256}\n$`));
    const [, userId = ""] = /user (\S+)/.exec(stdout) ?? [];
    expect(JSON.parse((await log("--user", userId, "--json")).stdout)).toMatchObject({
      userId,
      jobId: id,
      why: "declined",
    });
    expect((await log("--user", "somebody-else")).stdout).toBe("");
    expect((await log("--to", "2020-01-01")).stdout).toBe("");
    expect((await log("--from", "2020-01-01")).stdout).toBe(stdout);

    await user.call("DELETE", `/jobs/${id}`);
    expect((await log()).stdout).toBe(stdout);
  });

  test.each([
    [["--from", "yesterday"], 2, "--from must be a day, like 2026-11-28."],
    [["--all"], 2, "Unknown option '--all'."],
    [["--help"], 0, ""],
  ])("is listed by npm run label-log; %j ends with %i", async (args, code, says) => {
    await start({});
    const ran = await runScript("scripts/label-log.ts", args, product.dataDir);
    expect(ran.code).toBe(code);
    expect(code === 0 ? ran.stdout : ran.stderr).toContain("npm run label-log --");
    expect(ran.stderr).toContain(says);
  });
});

describe("Where there is no ffmpeg", () => {
  const none = { FFMPEG_PATH: "/nowhere/ffmpeg" };

  test("videos that have to carry it are refused before anybody is asked for one, and /health says so", async () => {
    const user = await start({
      ...{ ...china, ...none, LABEL_OPT_OUT: "1" },
      ...{ RUNWAY_API_KEY: "key", DEFAULT_IMAGE_PROVIDER: "sketch" },
    });
    const url = "data:video/mp4;base64,AAAA";
    const film = { type: "video", provider: "runway", model: "gen4.5", prompt: "a lake" };
    const asked = await user.call("POST", "/ai/quote", { json: film });
    expect([asked.status, asked.body.message]).toEqual([503, expect.stringContaining("Tell the operator")]);
    expect((await user.call("POST", "/ai/quote", { json: { ...film, visibleLabel: false } })).status).toBe(200);
    // Imports are kept as they come.
    expect((await user.call("POST", "/ai/quote", { json: { type: "video", videoUrl: url } })).status).toBe(400);
    const { status, body } = await product.call("GET", "/health");
    expect([status, body.data.status]).toEqual([200, "ok"]);
    expect(body.data.warnings).toEqual([expect.stringMatching(/^Videos are refused: .* set FFMPEG_PATH/)]);
    expect((await generate(user, lake)).body.data.status).toBe("completed");
  });

  test.each([{ LABEL_VISIBLE: "image" }, { LABEL_PROFILE: "metadata" }])(
    "%j has nothing to say",
    async (environment) => {
      await start({ ...china, ...none, ...environment });
      expect((await product.call("GET", "/health")).body.data).not.toHaveProperty("warnings");
    },
  );
});

test("imports keep their bytes, and have it with LABEL_IMPORTS=1", async () => {
  const { plain } = await import("../labels/visible/pictures.ts");
  const png = await plain({ width: 200, height: 200 }).png().toBuffer();
  const imageUrl = `data:image/png;base64,${png.toString("base64")}`;
  const user = await start(china);
  const { body } = await generate(user, { imageUrl });
  expect([body.data.outputs[0].size, body.data.outputs[0].visibleLabel]).toEqual([png.length, false]);
  await product.restart({ environment: { LABEL_IMPORTS: "1" } });
  const labelled = await generate(user, { imageUrl });
  expect(labelled.body.data.outputs[0].visibleLabel).toBe(true);
});
