// How each main state looks, from phone to desk, by light and in the dark. With SCREENSHOTS=web/screenshots the README's pictures are made anew.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Product } from "../api/local.ts";
import type { User } from "../api/user.ts";
import { type Device, type Devices, missingBrowser, overflow, startDevices, violations } from "./browser.ts";
import { fill, filmOf, settings } from "./shown.ts";
import { chooseModel, make, registerHere, startStudio } from "./studio.ts";

const sizes = [
  { width: 360, height: 780 },
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 820, height: 1100 },
  { width: 1440, height: 900 },
];

describe.skipIf(missingBrowser !== null)(missingBrowser ?? "screenshots", () => {
  let studio: Product;
  let devices: Devices;
  let folder: string;
  let isTemporary = false;
  beforeAll(async () => {
    isTemporary = !process.env.SCREENSHOTS;
    folder = process.env.SCREENSHOTS ?? (await mkdtemp(join(tmpdir(), "dream-factory-shots-")));
    await mkdir(folder, { recursive: true });
    [studio, devices] = await Promise.all([startStudio({ environment: settings }), startDevices()]);
  });
  afterAll(async () => {
    await devices?.close();
    await studio?.close();
    if (isTemporary) await rm(folder, { recursive: true });
  });

  test("the door, works, a work, credits and dramas, in both languages", async () => {
    const { page } = await devices.open({ reducedMotion: "reduce" });
    await page.goto(`${studio.url}/`);
    await page.getByRole("button", { name: "Create account" }).waitFor();
    await everywhere(page, "door");
    const user = await registerHere(page, studio);
    await everywhere(page, "empty");
    await fill(user);
    const ferry = {
      title: "The Ferry",
      prompt: "A ferrywoman gets a letter that is addressed to her mother.",
      language: "en",
      durationSec: 20,
      scenesPerEpisode: 2,
      subtitles: "soft",
      style: "woodblock print, night blues",
    };
    const id = await filmOf(user, ferry);
    await page.goto(`${studio.url}/`);
    await chooseModel(page, "sketch-slow");
    await make(page, "Night train, seen from the bridge");
    await page.getByRole("article", { name: "Night train, seen from the bridge" }).waitFor();
    await page.getByLabel("Model", { exact: true }).selectOption("sketch/sketch");
    await page
      .getByLabel("What do you want to see?")
      .fill("A ferry at moonrise on a wide river, lantern light on the water");
    await everywhere(page, "make");
    await chinese(devices, user, studio, (other) => everywhere(other, "make-zh", ["light"]));
    await page.goto(`${studio.url}/#/works`);
    await page.locator(".tile").nth(5).waitFor();
    await everywhere(page, "works");
    await page.getByRole("button", { name: /^Open: A whale/ }).click();
    await page.getByRole("dialog").getByText("GB 45438 metadata").waitFor();
    await everywhere(page, "work");
    await page.getByRole("button", { name: "Compare" }).click();
    await everywhere(page, "compare", ["light"]);
    await page.keyboard.press("Escape");
    await page.goto(`${studio.url}/#/credits`);
    await page.getByRole("table").waitFor();
    await everywhere(page, "credits");
    await page.goto(`${studio.url}/#/dramas/${id}`);
    await page.locator(".film video").waitFor();
    await page.locator(".shot-card").first().click();
    await page.evaluate("scrollTo(0, 0)");
    await everywhere(page, "drama");
    await page.getByRole("button", { name: "Settings", exact: true }).click();
    await page.getByRole("dialog").getByText("Write it anew").waitFor();
    await everywhere(page, "drama-settings");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Delete the drama" }).click();
    await everywhere(page, "drama-delete");
    await page.keyboard.press("Escape");
    await chinese(devices, user, studio, async (other) => {
      await other.goto(`${studio.url}/#/dramas/${id}`);
      await other.locator(".film video").waitFor();
      await everywhere(other, "drama-zh", ["dark"]);
    });
  });

  async function everywhere(
    page: Page,
    name: string,
    themes: readonly ("light" | "dark")[] = ["light", "dark"],
  ): Promise<void> {
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const size of sizes) {
        await page.setViewportSize(size);
        await page.waitForTimeout(400);
        const png = await page.screenshot();
        const small = await sharp(png).png({ palette: true, colours: 160, effort: 8 }).toBuffer();
        await writeFile(join(folder, `${name}-${colorScheme}-${size.width}.png`), small);
        expect([name, colorScheme, size.width, await overflow(page)]).toEqual([name, colorScheme, size.width, 0]);
      }
      expect([name, colorScheme, await violations(page)]).toEqual([name, colorScheme, []]);
    }
  }
});

/** The same user on a device that speaks Chinese. */
async function chinese(
  devices: Devices,
  user: User,
  studio: Product,
  show: (page: Page) => Promise<void>,
): Promise<void> {
  const device: Device = await devices.open({ locale: "zh-CN", reducedMotion: "reduce" });
  const { page } = device;
  await page.goto(`${studio.url}/`);
  await page.getByRole("button", { name: "已有账户？登录" }).click();
  await page.getByLabel("邮箱").fill(user.email);
  await page.getByLabel("密码").fill(user.password);
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await page.locator(".tile").nth(3).waitFor();
  await show(page);
  await device.context.close();
}
