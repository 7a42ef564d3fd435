// Where credits are sold and mail is sent: the page sells them, and a forgotten password is chosen anew by a mail's link.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Product } from "../api/local.ts";
import { type Shop, startShop, tokenFor } from "../openapi/shop.ts";
import { type Devices, missingBrowser, startDevices, violations } from "./browser.ts";
import { registerHere, startStudio } from "./studio.ts";

describe.skipIf(missingBrowser !== null)(missingBrowser ?? "a shop", () => {
  let shop: Shop;
  let studio: Product;
  let devices: Devices;
  beforeAll(async () => {
    shop = await startShop();
    [studio, devices] = await Promise.all([startStudio({ environment: shop.environment }), startDevices()]);
  });
  afterAll(async () => {
    await devices?.close();
    await studio?.close();
    await shop?.close();
  });

  test("a pack of credits leads to the page where its order is paid", async () => {
    const { page, context } = await devices.open();
    const user = await registerHere(page, studio);
    await page.goto(`${studio.url}/#/credits`);
    const pack = page.getByRole("button", { name: /500 credits.*\$4\.99/ });
    await pack.waitFor();
    expect(await violations(page)).toEqual([]);
    // Stripe's own page is not there: what would be opened is enough.
    const opened = new Promise<string>((resolve) => {
      void context.route(/^https:/, (route) => {
        resolve(route.request().url());
        return route.fulfill({ status: 200, body: "paid elsewhere" });
      });
    });
    await pack.click();
    const address = await opened;
    const { items } = (await user.call("GET", "/credits/orders")).body.data;
    expect([address, items.length]).toEqual([items[0].url, 1]);
    await page.getByText("paid elsewhere").waitFor();
    // Coming back as CREDITS_RETURN_URL says, the order is told of.
    await page.goto(`${studio.url}/?order=${items[0].id}&checkout=success#/credits`);
    await page.getByText("Not paid yet").waitFor();
  });

  test("a forgotten password: a mail is asked for, its link takes another one, and the token leaves the address", async () => {
    const { page } = await devices.open();
    const { email } = await registerHere(page, studio);
    await page.goto(`${studio.url}/#/account`);
    await page.getByRole("button", { name: "Send the mail again" }).click();
    await page.getByText("It is on its way.").waitFor();
    const { page: other } = await devices.open();
    await other.goto(`${studio.url}/`);
    await other.getByRole("button", { name: "There is an account? Sign in" }).click();
    await other.getByText("Forgotten your password?").click();
    const form = other.locator("details");
    await form.getByLabel("E-mail").fill(email);
    await form.getByRole("button", { name: "Send the link" }).click();
    await form.getByText("If there is an account with this e-mail, the link is on its way.").waitFor();
    expect(await violations(other)).toEqual([]);

    const token = await tokenFor(studio.runtime, email, "reset");
    await other.goto(`${studio.url}/?token=${token}#/reset`);
    await other.getByLabel("New password").fill("battery staple");
    expect(other.url()).not.toContain(token);
    await other.getByRole("button", { name: "Change password" }).click();
    await other.getByRole("button", { name: "There is an account? Sign in" }).click();
    await other.getByLabel("E-mail").first().fill(email);
    await other.getByLabel("Password", { exact: true }).fill("battery staple");
    await other.getByRole("button", { name: "Sign in", exact: true }).click();
    await other.getByLabel("What do you want to see?").waitFor();

    await other.goto(`${studio.url}/?token=${await tokenFor(studio.runtime, email, "verify")}#/verify`);
    await other.getByText("It is verified.").waitFor();
  });
});
