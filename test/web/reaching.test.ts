// The server is away for a while: the page says so by itself, and goes on by itself.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Product } from "../api/local.ts";
import { create } from "../api/user.ts";
import { type CuttableLine, startCuttableLine } from "../servers/cuttable-line.ts";
import { type Devices, missingBrowser, overflow, startDevices, violations } from "./browser.ts";
import { registerHere, startStudio } from "./studio.ts";

const narrow = { viewport: { width: 375, height: 700 } };

describe.skipIf(missingBrowser !== null)(missingBrowser ?? "reaching", () => {
  let studio: Product;
  let line: CuttableLine;
  let devices: Devices;
  beforeAll(async () => {
    [studio, devices] = await Promise.all([startStudio(), startDevices()]);
    line = await startCuttableLine(studio.url);
  });
  afterAll(async () => {
    await devices?.close();
    await line?.close();
    await studio?.close();
  });

  test("who looks at the page is told that nobody answers, and sees what was made meanwhile when somebody does again", async () => {
    const { page } = await devices.open(narrow);
    const user = await registerHere(page, studio, { url: `${line.url}/` });
    const places = page.getByRole("navigation", { name: "Parts of the page" });
    const away = page.getByRole("status").filter({ hasText: "The server does not answer" });
    const again = page.getByRole("button", { name: "Try again" });
    expect(await away.count()).toBe(0);

    line.cut();
    await away.waitFor();
    expect([await violations(page), await overflow(page)]).toEqual([[], 0]);
    await places.getByRole("link", { name: "Credits" }).click();
    await page.locator(".trouble").waitFor();
    await create(user, { prompt: "Made meanwhile" });

    line.mend();
    await away.waitFor({ state: "detached" });
    // What could not be read.
    await page.getByRole("table").waitFor();
    expect(await page.locator(".trouble").count()).toBe(0);
    await places.getByRole("link", { name: "Works" }).click();
    await page.getByRole("button", { name: "Open: Made meanwhile" }).waitFor();
    expect(await again.count()).toBe(0);
  });

  test("a part whose scripts do not come leaves the others standing, and comes when it is asked for again", async () => {
    const { page } = await devices.open(narrow);
    await registerHere(page, studio, { url: `${line.url}/` });
    const places = page.getByRole("navigation", { name: "Parts of the page" });
    const again = page.getByRole("button", { name: "Try again" });
    const dramas = page.getByRole("heading", { name: "Dramas" });
    line.cut();
    await places.getByRole("link", { name: "Dramas" }).click();
    await again.click();
    expect([await violations(page), await dramas.count()]).toEqual([[], 0]);
    // Nothing was lost by asking too early.
    await places.getByRole("link", { name: "Make" }).click();
    await page.getByRole("form", { name: "Make" }).waitFor();
    await places.getByRole("link", { name: "Dramas" }).click();
    await again.waitFor();
    line.mend();
    await again.click();
    await dramas.waitFor();
  });
});
