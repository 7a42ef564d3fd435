// Where the store is private, links to its files end: whoever copies one is told.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Product } from "../api/local.ts";
import { create, follow } from "../api/user.ts";
import { type S3Server, startS3Server, testKey } from "../servers/s3/server.ts";
import { type Devices, missingBrowser, startDevices } from "./browser.ts";
import { registerHere, startStudio } from "./studio.ts";

describe.skipIf(missingBrowser !== null)(missingBrowser ?? "a private store", () => {
  let store: S3Server;
  let studio: Product;
  let devices: Devices;
  beforeAll(async () => {
    store = await startS3Server({ vendor: "aws" });
    const environment = {
      STORAGE_PROVIDER: "s3",
      STORE_ACCESS: "private",
      S3_BUCKET: store.bucketName,
      S3_REGION: store.region,
      S3_ENDPOINT: store.endpoint,
      S3_ACCESS_KEY_ID: testKey.accessKeyId,
      S3_SECRET_ACCESS_KEY: testKey.secretAccessKey,
    };
    [studio, devices] = await Promise.all([startStudio({ environment }), startDevices()]);
  });
  afterAll(async () => {
    await devices?.close();
    await studio?.close();
    await store?.close();
  });

  test("a link that is copied says for how long it is good", async () => {
    const { page, context } = await devices.open();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const user = await registerHere(page, studio);
    const { outputs } = await follow(user, (await create(user, { prompt: "A fox", size: "64x64" })).id);
    await page.reload();
    await page.getByRole("button", { name: "Open: A fox" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Copy link" }).click();
    await page.getByText(/^Copied\. The link is good for an hour at most/).waitFor();
    const copied = new URL((await page.evaluate("navigator.clipboard.readText()")) as string);
    expect(copied.pathname).toBe(new URL(outputs[0].url).pathname);
  });
});
