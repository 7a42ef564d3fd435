// What a press costs: as much as its button says, and once.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Product } from "../api/local.ts";
import type { User } from "../api/user.ts";
import { type Devices, missingBrowser, startDevices, violations } from "./browser.ts";
import { make, registerHere, seePicture, startStudio } from "./studio.ts";

describe.skipIf(missingBrowser !== null)(missingBrowser ?? "paying", () => {
  let studio: Product;
  let devices: Devices;
  beforeAll(async () => {
    [studio, devices] = await Promise.all([startStudio(), startDevices()]);
  });
  afterAll(async () => {
    await devices?.close();
    await studio?.close();
  });

  test("a double click makes one, and so does a key that is held down; who presses again later gets another one", async () => {
    const { page } = await devices.open();
    const user = await registerHere(page, studio);
    const words = page.getByLabel("What do you want to see?");
    await words.fill("Once");
    const button = makeButton(page, "1");
    await button.waitFor();
    // The second click comes when the first one has been answered, as late as a busy device may tell of it.
    await button.dblclick({ delay: 1100 });
    await seePicture(page, "Once");
    expect(await promptsOf(user)).toEqual(["Once"]);
    await words.fill("Held");
    await words.focus();
    await page.keyboard.down("Control");
    // As slowly as a busy device repeats it.
    for (let pressed = 0; pressed < 3; pressed++) {
      await page.keyboard.down("Enter");
      await page.waitForTimeout(1100);
    }
    await page.keyboard.up("Enter");
    await page.keyboard.up("Control");
    await seePicture(page, "Held");
    await page.waitForTimeout(1000);
    await button.click();
    await expect.poll(() => promptsOf(user)).toEqual(["Held", "Held", "Once"]);
  });

  test("a wish that was taken behind a proxy that answers 502 stays, says so, and is answered later: made and charged once", async () => {
    const { page } = await devices.open();
    const user = await registerHere(page, studio);
    const proxy = "**/api/v1/ai/generate-image";
    await page.route(proxy, async (route) => {
      await route.fetch();
      await route.fulfill({ status: 502, contentType: "text/html", body: "<h1>502 Bad Gateway</h1>" });
    });
    await make(page, "Behind a proxy");
    await page.getByText(/^The server’s answer could not be understood\. It is sent again until/).waitFor();
    await page.locator(".job.waiting", { hasText: "Behind a proxy" }).waitFor();
    expect(await makeButton(page, "1").isDisabled()).toBe(true);
    // Another one does not wait for it.
    await page.getByRole("button", { name: "Speech", exact: true }).click();
    await page.getByLabel("What is to be said?").fill("Past it");
    await page.getByRole("button", { name: /^Make ?1/ }).click();
    await page.getByRole("button", { name: "Open: Past it" }).waitFor();
    await page.unroute(proxy);
    await page.locator(".job.waiting").waitFor({ state: "detached" });
    await seePicture(page, "Behind a proxy");
    expect(await promptsOf(user)).toEqual(["Past it", "Behind a proxy"]);
  });

  test("a wish that is refused goes, with the reason", async () => {
    const { page } = await devices.open();
    const user = await registerHere(page, studio);
    await page.route("**/api/v1/ai/generate-image", (route) => route.continue({ postData: "{}" }));
    await make(page, "Nothing in it");
    await page.locator(".notice.bad").waitFor();
    await page.locator(".job.waiting").waitFor({ state: "detached" });
    expect(await promptsOf(user)).toEqual([]);
  });

  test("a wish that is cancelled is not sent any more, be it behind another one or about to be tried again", async () => {
    const { page } = await devices.open();
    const user = await registerHere(page, studio);
    const tried: string[] = [];
    const held: (() => void)[] = [];
    await page.route("**/api/v1/ai/generate-image", async (route) => {
      const { prompt } = route.request().postDataJSON();
      tried.push(prompt);
      if (prompt === "Later") return route.fulfill({ status: 503, headers: { "retry-after": "5" } });
      if (prompt === "Slow") await new Promise<void>((resolve) => held.push(resolve));
      await route.continue().catch(() => undefined);
    });
    await make(page, "Slow");
    await make(page, "Behind it");
    await waiting(page, "Behind it").waitFor();
    // From here on both are sent in one go.
    await page.reload();
    await expect.poll(() => held.length).toBe(2);
    await waiting(page, "Behind it").getByRole("button", { name: "Cancel" }).click();
    held[1]?.();
    await seePicture(page, "Slow");
    await make(page, "Later");
    await expect.poll(() => tried).toContain("Later");
    await waiting(page, "Later").getByRole("button", { name: "Cancel" }).click();
    await make(page, "After them");
    await seePicture(page, "After them");
    expect(tried).toEqual(["Slow", "Slow", "Later", "After them"]);
    expect(await promptsOf(user)).toEqual(["After them", "Slow"]);
  });

  test("the button says the price of this very wish, or cannot be pressed, by mouse or by keys", async () => {
    const { page } = await devices.open();
    const user = await registerHere(page, studio);
    const words = page.getByLabel("What do you want to see?");
    await words.fill("Priced");
    await makeButton(page, "1").waitFor();
    const held: (() => void)[] = [];
    const quotes = "**/api/v1/ai/quote";
    await page.route(quotes, async (route) => {
      await new Promise<void>((resolve) => held.push(resolve));
      await route.continue();
    });
    await page.getByLabel("Number").selectOption("4");
    await expect.poll(() => held.length).toBe(1);
    const button = page.getByRole("button", { name: /^Make/ });
    const seen = async () => [await button.textContent(), await button.isDisabled()];
    expect(await seen()).toEqual(["Make…", true]);
    await words.press("Control+Enter");
    held[0]?.();
    await makeButton(page, "4").waitFor();
    expect(await promptsOf(user)).toEqual([]);

    // A price that cannot be had is no price, and is asked for again.
    await page.unroute(quotes);
    const fail = { status: 503, json: { error: { type: "unavailable", message: "Not now.", requestId: "r" } } };
    await page.route(quotes, (route) => route.fulfill(fail));
    await page.getByLabel("Number").selectOption("3");
    const again = page.getByRole("button", { name: "Try again" });
    await again.waitFor();
    expect(await seen()).toEqual(["Make…", true]);
    expect(await violations(page)).toEqual([]);
    await page.unroute(quotes);
    await again.click();
    await makeButton(page, "3").click();
    await seePicture(page, "Priced");
    expect((await user.call("GET", "/credits")).body.data.balance).toBe(97);
  });

  test("who has too few credits sends nothing by keys either", async () => {
    const { page } = await devices.open();
    const user = await registerHere(page, studio);
    await page.route("**/api/v1/credits", (route) => route.fulfill({ json: { code: 0, data: poor } }));
    await page.reload();
    const words = page.getByLabel("What do you want to see?");
    await words.fill("Too dear");
    await page.getByText("1 credit short").waitFor();
    await words.press("Control+Enter");
    await page.waitForTimeout(1000);
    expect([await page.locator(".notice").count(), await promptsOf(user)]).toEqual([0, []]);
  });

  test("a screenplay that is pressed for twice is written once", async () => {
    const { page } = await devices.open();
    const user = await registerHere(page, studio);
    const json = { title: "Twice", description: "A ferry is late.", durationSec: 10, scenesPerEpisode: 1 };
    const { id } = (await user.call("POST", "/projects", { json })).body.data;
    await page.goto(`${studio.url}/#/dramas/${id}`);
    // As a busy device has them: both are there before the page is drawn anew.
    await page.getByRole("button", { name: /^Write the screenplay ?1/ }).evaluate((element) => {
      const button = element as unknown as { click(): void };
      button.click();
      button.click();
    });
    await page.locator(".shot").first().waitFor();
    expect((await user.call("GET", "/jobs?type=text")).body.data.items).toHaveLength(1);
  });
});

const poor = { balance: 0, held: 0, totalEarned: 100, totalSpent: 100 };

function makeButton(page: Page, price: string) {
  return page.getByRole("button", { name: new RegExp(`^Make ?${price}`) });
}

function waiting(page: Page, prompt: string) {
  return page.locator(".job.waiting", { hasText: prompt });
}

async function promptsOf(user: User): Promise<string[]> {
  const { items } = (await user.call("GET", "/jobs")).body.data;
  return items.map(({ prompt }: { prompt: string }) => prompt);
}
