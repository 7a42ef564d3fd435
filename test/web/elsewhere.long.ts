// Where things are not as at home: no network for a while, a server that restarts, another device, and a page of another origin.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage } from "../../scripts/page/build-page.ts";
import type { Product } from "../api/local.ts";
import { type Devices, missingBrowser, startDevices } from "./browser.ts";
import { chooseModel, make, registerHere, seePicture, signInHere, startStudio } from "./studio.ts";

describe.skipIf(missingBrowser !== null)(missingBrowser ?? "elsewhere", () => {
  let studio: Product;
  let devices: Devices;
  let cdn: Awaited<ReturnType<typeof startCdn>>;
  beforeAll(async () => {
    cdn = await startCdn();
    [studio, devices] = await Promise.all([startStudio({ environment: { CORS_ORIGINS: cdn.url } }), startDevices()]);
    cdn.api = studio.url;
  });
  afterAll(async () => {
    await devices?.close();
    await studio?.close();
    await cdn?.close();
  });

  test("ten seconds without a network: what was pressed goes out once, what was going on is followed again, nothing typed is lost", async () => {
    const { page, context } = await devices.open();
    const user = await registerHere(page, studio);
    await chooseModel(page, "sketch-slow");
    await make(page, "Before the tunnel");
    await page.getByRole("article", { name: "Before the tunnel" }).waitFor();
    await context.setOffline(true);
    await page.getByText(/^No network\./).waitFor();
    await page.getByLabel("Model", { exact: true }).selectOption("sketch/sketch");
    await make(page, "In the tunnel");
    await page.locator(".job.waiting").waitFor();
    const words = page.getByLabel("What do you want to see?");
    await words.fill("Typed in the tunnel");
    await page.waitForTimeout(10_000);
    await context.setOffline(false);
    await seePicture(page, "In the tunnel");
    expect(await words.inputValue()).toBe("Typed in the tunnel");
    await seePicture(page, "Before the tunnel");
    const { items } = (await user.call("GET", "/jobs")).body.data;
    expect(items.map(({ prompt }: { prompt: string }) => prompt).toSorted()).toEqual([
      "Before the tunnel",
      "In the tunnel",
    ]);
  });

  test("a wish that was written down when the page was closed is sent by the next page, once", async () => {
    const { page, context } = await devices.open();
    const user = await registerHere(page, studio);
    await page.getByRole("button", { name: /^Make ?1/ }).waitFor();
    await context.setOffline(true);
    await make(page, "Left behind");
    await page.locator(".job.waiting").waitFor();
    await page.close();
    await context.setOffline(false);
    const next = await context.newPage();
    await next.goto(`${studio.url}/`);
    await seePicture(next, "Left behind");
    expect((await user.call("GET", "/jobs")).body.data.items).toHaveLength(1);
  });

  test("a server that restarts is followed again; another device sees the same jobs move", async () => {
    const { page } = await devices.open();
    const user = await registerHere(page, studio);
    await chooseModel(page, "sketch-slow");
    await make(page, "Through a restart");
    const card = page.getByRole("article", { name: "Through a restart" });
    await card.waitFor();
    const port = new URL(studio.url).port;
    await studio.restart({ environment: { PORT: port } });
    const { page: other } = await devices.open();
    await signInHere(other, studio, user);
    await other.getByRole("article", { name: "Through a restart" }).waitFor();
    await Promise.all([seePicture(page, "Through a restart"), seePicture(other, "Through a restart")]);
    await card.waitFor({ state: "detached" });
  });

  test("a page of another origin does it all: upload, picture, file", async () => {
    const { page, complaints } = await devices.open({ acceptDownloads: true });
    const user = await registerHere(page, studio, { url: `${cdn.url}/` });
    const png = await sharp({ create: { width: 90, height: 90, channels: 3, background: "#36c" } })
      .png()
      .toBuffer();
    await page.setInputFiles("input[type=file]", { name: "blue.png", mimeType: "image/png", buffer: png });
    await page.locator(".picture.ready").waitFor();
    await make(page, "From far away");
    await seePicture(page, "From far away");
    await page.getByRole("button", { name: "Open: From far away" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("dialog").getByRole("button", { name: "Download" }).click(),
    ]);
    const { sha256 } = (await user.call("GET", "/jobs")).body.data.items[0].outputs[0];
    expect(
      createHash("sha256")
        .update(readFileSync(await download.path()))
        .digest("hex"),
    ).toBe(sha256);
    expect([new URL(page.url()).origin, complaints]).toEqual([cdn.url, []]);
  });
});

/** The page as a bucket behind a CDN has it, with its operator's `config.json`. */
async function startCdn() {
  const files = await buildPage();
  const cdn = { url: "", api: "", close: async () => void server.close() };
  const server = createServer((incoming, outgoing) => {
    const path = (incoming.url ?? "/").slice(1) || "index.html";
    if (path === "config.json") {
      outgoing.setHeader("content-type", "application/json");
      outgoing.end(JSON.stringify({ api: cdn.api }));
      return;
    }
    const file = files.get(path);
    outgoing.statusCode = file ? 200 : 404;
    if (file) outgoing.setHeader("content-type", file.contentType);
    outgoing.setHeader(
      "content-security-policy",
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: ${cdn.api}; media-src 'self' blob: ${cdn.api}; connect-src 'self' ${cdn.api}; require-trusted-types-for 'script'; trusted-types 'none'`,
    );
    outgoing.end(file?.bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cdn.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return cdn;
}
