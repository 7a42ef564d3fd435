// Every provider, beside a vendor that does everything wrong that vendors do: the whole product, from the request to the file in the store.
import { afterAll, beforeAll, describe, test } from "vitest";
import type { VendorServer } from "../servers/vendor/vendor-server.ts";
import { checkRows } from "./misbehaving/check-rows.ts";
import { fileRows } from "./misbehaving/file-rows.ts";
import { type Ground, openGround } from "./misbehaving/ground.ts";
import type { Row } from "./misbehaving/rows.ts";
import { type Result, runRow } from "./misbehaving/run-row.ts";
import type { MisbehavingSetup } from "./misbehaving/setup.ts";
import { startRows } from "./misbehaving/start-rows.ts";

export type { MisbehavingSetup } from "./misbehaving/setup.ts";

/** Results by the names of rows, complete when every test has passed. */
export type Results = ReadonlyMap<string, Result>;

export function rowsOf<S extends VendorServer>(setup: MisbehavingSetup<S>): Row[] {
  const plain = setup as unknown as MisbehavingSetup;
  return [startRows, checkRows, fileRows].flatMap((rows) => rows(plain));
}

export function nameOf({ id, variant }: Pick<MisbehavingSetup, "id" | "variant">): string {
  return variant ? `${id}, ${variant}` : id;
}

/** Rows are run one after the other: only so is it certain whose call went wrong. */
export function misbehavingVendor<S extends VendorServer>(setup: MisbehavingSetup<S>): Results {
  const results = new Map<string, Result>();
  describe(`a vendor that misbehaves: ${nameOf(setup)}`, () => {
    let ground: Ground;
    beforeAll(async () => {
      ground = await openGround(setup);
    });
    afterAll(() => ground[Symbol.asyncDispose]());

    for (const row of rowsOf(setup)) {
      test(row.name, async () => {
        results.set(row.name, await runRow(ground, row));
      });
    }
  });
  return results;
}
