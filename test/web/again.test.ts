// From a work to the next one: its pictures, its words and settings come along, and nothing that was typed is lost.
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Product } from "../api/local.ts";
import { create, follow, type ShownJob, type User } from "../api/user.ts";
import { type Devices, missingBrowser, overflow, startDevices, violations } from "./browser.ts";
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

  test("from the large view on that page both acts lead to the composer, and what was typed can be had back", async () => {
    const { page } = await devices.open({ viewport: { width: 375, height: 700 } });
    const user = await registerHere(page, studio);
    for (const prompt of ["A hare", "A fox"]) await follow(user, (await create(user, { prompt })).id);
    await page.reload();
    const words = page.getByLabel("What do you want to see?");
    await words.fill("Something else that I typed");
    const dialog = page.getByRole("dialog", { name: "A fox" });
    const open = async () => {
      await page.getByRole("button", { name: "Open: A fox" }).click();
      await dialog.waitFor();
    };
    await open();
    await dialog.getByRole("button", { name: "Use as input" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Remove A fox" }).waitFor();
    expect(await words.inputValue()).toBe("Something else that I typed");
    await expect.poll(() => seesAndHas(page)).toEqual([true, true]);

    await open();
    await dialog.getByRole("button", { name: "Again, another seed" }).click();
    await dialog.waitFor({ state: "detached" });
    await expect.poll(() => seesAndHas(page)).toEqual([true, true]);
    expect(await words.inputValue()).toBe("A fox");
    await page.locator(".picture").waitFor({ state: "detached" });
    expect([await violations(page), await overflow(page)]).toEqual([[], 0]);
    await page.reload();
    // Another one over it loses nothing of that.
    await tileAct(page, "A hare", "Again");
    await expect.poll(() => words.inputValue()).toBe("A hare");
    await page.getByRole("button", { name: "Bring back what I had written" }).click();
    await page.getByRole("button", { name: "Remove A fox" }).waitFor();
    expect(await words.inputValue()).toBe("Something else that I typed");
  });
});

/** Whether the prompt is in view, and has the focus. */
function seesAndHas(page: Page): Promise<[boolean, boolean]> {
  return page.evaluate(`(() => {
    const prompt = document.querySelector(".composer textarea");
    const { top, bottom } = prompt.getBoundingClientRect();
    return [top >= 0 && bottom <= innerHeight, document.activeElement === prompt];
  })()`);
}

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
