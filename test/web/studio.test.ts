// The page in a real browser against the real runtime: from the door to a file on the device.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCodes } from "../../shared/credits/codes-making.ts";
import type { Product } from "../api/local.ts";
import { type Devices, missingBrowser, overflow, startDevices, violations } from "./browser.ts";
import { play } from "./playing.ts";
import { chooseModel, make, registerHere, seePicture, startStudio } from "./studio.ts";

describe.skipIf(missingBrowser !== null)(missingBrowser ?? "in a browser", () => {
  let studio: Product;
  let devices: Devices;
  beforeAll(async () => {
    [studio, devices] = await Promise.all([startStudio(), startDevices()]);
  });
  afterAll(async () => {
    await devices?.close();
    await studio?.close();
  });

  test("a picture from a picture: uploaded, followed, seen, downloaded to the byte, with no word turned into markup", async () => {
    const { page, complaints } = await devices.open({ locale: "zh-CN", reducedMotion: "no-preference" });
    const user = await registerHere(page, studio);
    const prompt = "春江花月夜 <img src=x onerror=alert(1)>";
    const png = await sharp({ create: { width: 320, height: 200, channels: 3, background: "#c43" } })
      .png()
      .toBuffer();
    await page.setInputFiles("input[type=file]", [
      { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") },
      { name: "red.png", mimeType: "image/png", buffer: png },
    ]);
    // One is refused before anything of it is sent; the other arrives.
    await page.getByText("notes.txt 不是 JPEG、PNG 或 WebP。").waitFor();
    await page.locator(".picture.ready").waitFor();
    await make(page, prompt);
    await seePicture(page, prompt);

    const { items } = (await user.call("GET", "/jobs?status=completed")).body.data;
    expect(
      items.map((job: { prompt: string; params: { inputs: unknown[] } }) => [job.prompt, job.params.inputs.length]),
    ).toEqual([[prompt, 1]]);
    const tile = page.getByRole("button", { name: /^打开：/ });
    await tile.click();
    await page.getByRole("dialog").getByText("GB 45438 元数据").waitFor();
    expect(await violations(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("dialog").getByRole("button", { name: "下载" }).click(),
    ]);
    const bytes = readFileSync(await download.path());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(items[0].outputs[0].sha256);
    expect(download.suggestedFilename()).toMatch(/^春江花月夜 img src=x onerror=alert\(1\)\.png$/);
    await page.keyboard.press("Escape");
    // Whoever closes it is where they were.
    const opener = await tile.elementHandle();
    await page.waitForFunction((element) => element === document.activeElement, opener);
    expect(complaints).toEqual([]);
  });

  test("what is being made survives a reload and is cancelled; what fails says why and gives the credits back; a code brings more", async () => {
    const { page, complaints } = await devices.open();
    const user = await registerHere(page, studio);
    await chooseModel(page, "sketch-slow");
    await make(page, "A long way");
    const slow = page.getByRole("article", { name: "A long way" });
    await slow.waitFor();
    await page.reload();
    await slow.getByRole("progressbar").waitFor();
    await slow.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled. 1 credit is back with you.").waitFor();
    await slow.waitFor({ state: "detached" });

    await page.getByLabel("Model", { exact: true }).selectOption("test/sketch-refused");
    await make(page, "Forbidden fruit");
    const failed = page.getByRole("article", { name: "Forbidden fruit" });
    await failed.getByText("The provider’s filter has refused it. Other words may do.").waitFor();
    await failed.getByText("1 credit is back with you.").waitFor();
    expect(await violations(page)).toEqual([]);
    // It is still there for whoever comes back, until it is put away.
    await page.reload();
    await failed.getByRole("button", { name: "Dismiss" }).click();
    await failed.waitFor({ state: "detached" });

    const { table, clock, ids } = studio.runtime;
    const [code = ""] = await makeCodes({ table, clock, ids }, { credits: 25, count: 1, expiresAt: null });
    await page.goto(`${studio.url}/#/credits`);
    await page.getByLabel("Code", { exact: true }).fill(code);
    await page.getByRole("button", { name: "Redeem" }).click();
    await page.getByText("25 credits added.").waitFor();
    await page.getByRole("row", { name: /Code.*\+25/ }).waitFor();
    expect((await user.call("GET", "/credits")).body.data).toMatchObject({ balance: 125, held: 0 });
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("a film plays; in either language, by light and in the dark, from narrow to wide, nothing sticks out and axe finds nothing", async () => {
    const { page, complaints } = await devices.open({ colorScheme: "dark" });
    await registerHere(page, studio);
    await page.getByRole("button", { name: "Video", exact: true }).click();
    await make(page, "A boat leaves");
    await page.getByRole("button", { name: "Open: A boat leaves" }).click();
    const played = await page.getByRole("dialog").locator("video").evaluate(play);
    expect(played).toMatchObject({ hasMoved: true, width: 1280 });
    await page.keyboard.press("Escape");
    // What is wide is so by any light.
    const widths = { light: [360, 820, 1440], dark: [820] };
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of widths[colorScheme]) {
        await page.setViewportSize({ width, height: 800 });
        for (const place of ["make", "works", "dramas", "credits", "account"]) {
          await page.goto(`${studio.url}/#/${place}`);
          await page.locator("main h1").first().waitFor({ state: "attached" });
          expect([place, width, await overflow(page)]).toEqual([place, width, 0]);
          if (place === "credits") {
            // The amounts are seen without being looked for.
            await page.getByRole("columnheader", { name: "Amount" }).waitFor();
            const ledger = "document.querySelector('.ledger')";
            const hidden = await page.evaluate(`${ledger}.scrollWidth - ${ledger}.clientWidth`);
            expect([width, hidden]).toEqual([width, 0]);
          }
          if (width === 820) expect([place, await violations(page)]).toEqual([place, []]);
        }
      }
    }
    await page.getByRole("button", { name: "中文" }).first().click();
    await page.getByRole("heading", { name: "账户" }).waitFor();
    expect(await page.evaluate("document.documentElement.lang")).toBe("zh-CN");
    expect(complaints).toEqual([]);
  });

  test("a token that has ended asks for the password over the page, and what was typed is still there", async () => {
    const { page } = await devices.open();
    const { userId, email, password, call } = await registerHere(page, studio);
    const words = page.getByLabel("What do you want to see?");
    await words.fill("A sentence that took long to write");
    await page.getByRole("button", { name: /^Make ?1/ }).waitFor();
    // Elsewhere the password is changed: that ends this token.
    const next = "battery staple";
    expect((await call("PUT", "/users/me", { json: { password: next, currentPassword: password } })).status).toBe(200);
    await page.getByRole("button", { name: /^Make/ }).click();
    const dialog = page.getByRole("dialog", { name: "You have been signed out" });
    await dialog.waitFor();
    expect(await dialog.getByLabel("E-mail").inputValue()).toBe(email);
    expect(await violations(page)).toEqual([]);
    await dialog.getByLabel("Password").fill(next);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    expect(await words.inputValue()).toBe("A sentence that took long to write");
    // What was sent meanwhile goes out now, once.
    await seePicture(page, "A sentence that took long to write");
    await page.getByRole("link", { name: /^Account/ }).click();
    await page.getByRole("button", { name: "Sign out on this device" }).click();
    await page.getByRole("heading", { name: "Say what you want to see." }).waitFor();
    const left = await page.evaluate("[...Object.entries(localStorage), ...Object.entries(sessionStorage)]");
    expect(left).toEqual([["dream-factory.signed-out", JSON.stringify([userId])]]);
  });
});

declare const document: { activeElement: unknown };
