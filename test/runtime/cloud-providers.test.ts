// What a deployed function offers: the models for tests only where they were asked for, and the same to those who take requests and who draw.
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { importOffer } from "../../shared/providers/import.ts";
import { offersOf } from "../../shared/runtime/cloud/offers.ts";
import { providersOf } from "../../shared/runtime/cloud/providers.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";

const production = { NODE_ENV: "production", JWT_SECRET: "x".repeat(32) };

test.each([
  [{}, ["sketch", importOffer.id, "assembly", "archive"]],
  [{ TEST_MODELS: "1" }, ["sketch", importOffer.id, "assembly", "archive", "test"]],
  [{ TEST_MODELS: "0" }, ["sketch", importOffer.id, "assembly", "archive"]],
  [{ MUSIC_LIBRARY: "1" }, ["sketch", importOffer.id, "assembly", "archive", "library"]],
])("with %o in production there is %o", async (environment, ids) => {
  const config = readConfig({ ...production, ...environment });
  await using folder = await mkdtempDisposable(join(tmpdir(), "offers-"));
  const store = await openFolderStore({ directory: folder.path, baseUrl: "http://127.0.0.1/media/" });
  expect(offersOf({})(config)().map(({ id }) => id)).toEqual(ids);
  expect(providersOf({})(config)(store).map(({ id }) => id)).toEqual(ids);
});
