// What is wrong is said in the page's words, in its language, and by the names that stand on the page.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lineWords } from "../../web/texts/lines.ts";
import { detailWords } from "../../web/texts/reasons.ts";
import { zh } from "../../web/texts/zh.ts";
import type { Product } from "../api/local.ts";
import { follow } from "../api/user.ts";
import { type Devices, missingBrowser, startDevices } from "./browser.ts";
import { registerHere, startStudio } from "./studio.ts";

let studio: Product;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio?.close());

test("the usual reasons against a request have words in Chinese", async () => {
  const user = await studio.register();
  const refusals: [object, string][] = [
    [{}, "提示词：没有填写。"],
    [{ prompt: "…".repeat(5000) }, "提示词：太长了。"],
    [{ prompt: "A fox", operation: "edit" }, "图片：没有填写。"],
    [{ prompt: "A fox", size: "1x1" }, "尺寸：内容不正确。"],
    [{ prompt: "A fox", n: 99 }, "数量：内容不正确。"],
    [{ prompt: "A fox", model: "none-such" }, "模型：这个模型不支持。"],
    [{ prompt: "A fox", inputs: [{ uploadId: "01a226df-48da-72f3-807b-63db55120528" }] }, "图片：它已经不在了。"],
    [{ imageUrl: "ftp://example.com/a.png" }, "网址：这个网址无法抓取。"],
  ];
  for (const [json, words] of refusals) {
    const { status, body } = await user.call("POST", "/ai/generate-image", { json });
    expect([status, detailWords(zh, body.error.details[0]), body.error.details]).toEqual([
      400,
      words,
      expect.anything(),
    ]);
  }
});

test("each line of the ledger has words in Chinese", async () => {
  const user = await studio.register();
  for (const model of ["sketch", "sketch-refused"]) {
    const json = { prompt: "A fox", model };
    await follow(user, (await user.call("POST", "/ai/generate-image", { json })).body.data.id);
  }
  const drama = { title: "Ferry", prompt: "Two people wait.", durationSec: 10, scenesPerEpisode: 1 };
  const film = (await user.call("POST", "/projects/generate-drama", { json: drama })).body.data;
  await user.call("POST", `/productions/${film.id}/cancel`);
  const lines = async () => (await user.call("GET", "/credits/transactions")).body.data.items;
  await expect.poll(async () => (await lines()).length).toBe(6);
  const said: [string, string][] = (await lines()).map(({ description }: { description: string }) => [
    description,
    lineWords(zh, description),
  ]);
  expect(said.map(([, words]) => words.replace(/sketch|test/, "")).join("")).not.toMatch(/[a-z]/i);
  expect(Object.fromEntries(said)).toMatchObject({ Production: "成片预算", "Image job with sketch": "图片，sketch" });
});

describe.skipIf(missingBrowser !== null)(missingBrowser ?? "in a browser", () => {
  let devices: Devices;
  beforeAll(async () => {
    devices = await startDevices();
  });
  afterAll(() => devices?.close());

  test("an operation that works on a picture asks for one before anything is asked of the server; refusals are in Chinese", async () => {
    const { page, complaints } = await devices.open({ locale: "zh-CN" });
    await registerHere(page, studio);
    await page.getByLabel("你想看到什么？").fill("下雪");
    const button = page.getByRole("button", { name: /^生成/ });
    for (const [operation, words] of [
      ["编辑", "请先添加要编辑的图片。"],
      ["抠图", "请先添加要抠图的图片。"],
    ] as const) {
      await page.getByLabel("操作").selectOption({ label: operation });
      await page.getByText(words).waitFor();
      expect([await button.textContent(), await button.isDisabled()]).toEqual(["生成…", true]);
    }
    expect(complaints).toEqual([]);
    const fake = { name: "fake.png", mimeType: "image/png", buffer: Buffer.from("This is no picture at all.") };
    await page.setInputFiles("input[type=file]", fake);
    await page.getByTitle("文件内容与类型不符。").waitFor();
    await page.getByRole("button", { name: "链接", exact: true }).click();
    await page.getByLabel("粘贴图片或视频的网址").fill("http://10.0.0.1/a.png");
    await page.getByText("网址：这个网址无法抓取。").waitFor();
    expect(await page.getByRole("button", { name: /^保存/ }).isDisabled()).toBe(true);
  });
});
