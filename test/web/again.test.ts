// From a work to the next one: its pictures, its words and settings come along, and nothing that was typed is lost.
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Product } from "../api/local.ts";
import { create, follow, type ShownJob, type User } from "../api/user.ts";
import { type Devices, missingBrowser, startDevices } from "./browser.ts";
import { registerHere, startStudio } from "./studio.ts";

describe.skipIf(missingBrowser !== null)(missingBrowser ?? "again", () => {
  let studio: Product;
  let devices: Devices;
  beforeAll(async () => {
    [studio, devices] = await Promise.all([startStudio(), startDevices()]);
  });
  afterAll(async () => {
    await devices?.close();
    await studio?.close();
  });

  test("made again on the page where it is, a work brings the very pictures that it was made from", async () => {
    const { page } = await devices.open();
    const user = await registerHere(page, studio);
    const first = await create(user, { prompt: "From nothing" });
    await follow(user, first.id);
    const inputs = [{ jobId: first.id, index: 0 }];
    const edited = await create(user, { prompt: "From a picture", operation: "edit", inputs });
    await follow(user, edited.id);
    await page.reload();
    const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#c43" } })
      .png()
      .toBuffer();
    await page.setInputFiles("input[type=file]", { name: "other.png", mimeType: "image/png", buffer: png });
    await page.locator(".picture.ready").waitFor();
    await tileAct(page, "From a picture", "Again");
    await page.getByRole("button", { name: "Remove other.png" }).waitFor({ state: "detached" });
    await makeNow(page);
    await expect.poll(async () => (await newest(user)).params.inputs).toEqual(inputs);
    expect(await newest(user)).toMatchObject({ prompt: "From a picture", operation: "edit" });
    // One that was made from nothing brings nothing.
    await tileAct(page, "From nothing", "Again");
    await page.locator(".picture").waitFor({ state: "detached" });
    await makeNow(page);
    await expect.poll(async () => (await newest(user)).prompt).toBe("From nothing");
    expect((await newest(user)).params.inputs ?? []).toEqual([]);
  });
});

async function tileAct(page: Page, prompt: string, act: string): Promise<void> {
  const tile = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: `Open: ${prompt}` }) });
  await tile.first().hover();
  await tile.first().getByRole("button", { name: act, exact: true }).click();
}

async function makeNow(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Make ?\d/ }).click();
}

async function newest(user: User): Promise<ShownJob> {
  return (await user.call("GET", "/jobs?limit=1")).body.data.items[0];
}
