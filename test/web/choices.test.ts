// What one chooses on the page is what is made.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Product } from "../api/local.ts";
import { type Devices, missingBrowser, overflow, startDevices } from "./browser.ts";
import { registerHere, startStudio } from "./studio.ts";

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

  test("of every kind as many are asked for as were chosen, also on the narrowest phone, where all fits", async () => {
    const { page, complaints } = await devices.open({ viewport: { width: 360, height: 780 } });
    const user = await registerHere(page, studio);
    const form = page.getByRole("form", { name: "Make" });
    const chosen: [string, number][] = [];
    for (const kind of ["Image", "Video", "Speech", "Music"]) {
      await form.getByRole("button", { name: kind, exact: true }).click();
      await form.getByLabel("Model", { exact: true }).waitFor();
      expect([kind, await overflow(page)]).toEqual([kind, 0]);
      const number = form.getByLabel("Number");
      const hasChoice = (await number.count()) > 0;
      if (hasChoice) await number.selectOption({ index: 1 });
      chosen.unshift([kind, hasChoice ? 2 : 1]);
      await form.getByRole("textbox").first().fill(kind);
      await form.getByRole("button", { name: /^Make ?\d+/ }).click();
      await expect.poll(async () => (await user.call("GET", "/jobs")).body.data.items.length).toBe(chosen.length);
    }
    const { items } = (await user.call("GET", "/jobs")).body.data;
    expect(items.map(({ prompt, params }: { prompt: string; params: { n: number } }) => [prompt, params.n])).toEqual(
      chosen,
    );
    expect(complaints).toEqual([]);
  });
});
