// Bringing a vendor's setup into the list of all.
import type { MisbehavingSetup } from "../../contracts/misbehaving-vendor.ts";
import type { VendorServer } from "../../servers/vendor/vendor-server.ts";

/** Each is typed by its own server; the list knows no more of them than what all have. */
export function vendor<S extends VendorServer>(setup: MisbehavingSetup<S>): MisbehavingSetup {
  return setup as unknown as MisbehavingSetup;
}
