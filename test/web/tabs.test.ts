// Several tabs of one browser: each user's wishes, drafts and sessions are their own.
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Product } from "../api/local.ts";
import type { User } from "../api/user.ts";
import { type Devices, missingBrowser, startDevices } from "./browser.ts";
import { make, registerHere, seePicture, signInHere, startStudio } from "./studio.ts";

describe.skipIf(missingBrowser !== null)(missingBrowser ?? "tabs", () => {
  let studio: Product;
  let devices: Devices;
  beforeAll(async () => {
    [studio, devices] = await Promise.all([startStudio(), startDevices()]);
  });
  afterAll(async () => {
    await devices?.close();
    await studio?.close();
  });

  test("what one user writes and presses is seen, made and charged in their account alone, while another one is signed in in another tab", async () => {
    const { page, context } = await devices.open();
    const other = await registerHere(page, studio, { isKept: false });
    const mine = await context.newPage();
    const user = await registerHere(mine, studio);
    await promptOf(page).fill("The other one’s words");
    await make(mine, "A private wish");
    await seePicture(mine, "A private wish");
    expect(await promptOf(page).inputValue()).toBe("The other one’s words");
    // Whatever the other tab would have sent was there for it before this one.
    await make(page, "The other one’s wish");
    await seePicture(page, "The other one’s wish");
    expect([await promptsOf(user), await promptsOf(other)]).toEqual([["A private wish"], ["The other one’s wish"]]);
    expect([await balanceOf(user), await balanceOf(other)]).toEqual([99, 99]);

    // What is still to be sent waits for its own user, who finds it again.
    await context.setOffline(true);
    await make(mine, "Left in the tunnel");
    await mine.locator(".job.waiting").waitFor();
    await context.setOffline(false);
    await seePicture(mine, "Left in the tunnel");
    expect(await promptsOf(other)).toEqual(["The other one’s wish"]);
    // One signs out: the other one stays, with all that is theirs.
    await signOut(mine, studio);
    await page.reload();
    expect(await promptOf(page).inputValue()).toBe("The other one’s wish");
    await promptOf(page).waitFor();
    expect(await keysLeft(context)).not.toContainEqual(expect.stringContaining(user.userId));
  });

  test("who signs out in one tab is signed out in all of them, also in one that has a session of its own, and in one that slept", async () => {
    const { page, context } = await devices.open();
    const user = await registerHere(page, studio, { isKept: false });
    const other = await context.newPage();
    await signInHere(other, studio, user, { isKept: false });
    await promptOf(other).fill("Nobody else’s business");
    const sleeping = await context.newPage();
    await signInHere(sleeping, studio, user, { isKept: false });
    await sleeping.goto("about:blank");
    await signOut(page, studio);
    const door = (each: Page) => each.getByRole("heading", { name: "Say what you want to see." }).waitFor();
    await door(other);
    await sleeping.goBack();
    await door(sleeping);
    for (const each of [page, other, sleeping]) expect(await each.evaluate("sessionStorage.length")).toBe(0);
    expect(await keysLeft(context)).toEqual(["dream-factory.signed-out"]);
    // Who comes back is in, here and after a reload, and in this tab alone.
    await signInHere(other, studio, user, { isKept: false });
    await other.reload();
    expect(await promptOf(other).inputValue()).toBe("");
    await page.reload();
    await door(page);
  });
});

function promptOf(page: Page) {
  return page.getByLabel("What do you want to see?");
}

async function promptsOf(user: User): Promise<string[]> {
  const { items } = (await user.call("GET", "/jobs")).body.data;
  return items.map(({ prompt }: { prompt: string }) => prompt);
}

async function balanceOf(user: User): Promise<number> {
  return (await user.call("GET", "/credits")).body.data.balance;
}

async function signOut(page: Page, studio: Product): Promise<void> {
  await page.goto(`${studio.url}/#/account`);
  await page.getByRole("button", { name: "Sign out on this device" }).click();
  await page.getByRole("heading", { name: "Say what you want to see." }).waitFor();
}

async function keysLeft(context: BrowserContext): Promise<string[]> {
  const { origins } = await context.storageState();
  return origins.flatMap(({ localStorage }) => localStorage.map(({ name }) => name));
}
