// The vendors that a bundle carries, and those whose keys are there.
import type { Config } from "../../config/config.ts";
import { ConfigError } from "../../config/config-error.ts";
import type { VendorConfig, VendorId } from "../../config/vendors.ts";

/** By their ids. */
export type CarriedVendors<T> = Readonly<Partial<Record<VendorId, (config: VendorConfig) => T>>>;

/** Throws ConfigError for a vendor that has a key and is not carried. */
export function requireCarried({ vendors }: Config, carried: CarriedVendors<unknown>): void {
  const absent = Object.keys(vendors).filter((id) => !carried[id as VendorId]);
  if (absent.length === 0) return;
  throw new ConfigError(
    absent.map((id) => ({
      variable: `${id.toUpperCase()}_API_KEY`,
      message: `is set, and this was built without ${id}. Build again with the key set, or with VENDORS naming it`,
    })),
  );
}

export function carriedOf<T>({ vendors }: Config, carried: CarriedVendors<T>): T[] {
  const entries = Object.entries(vendors) as [VendorId, VendorConfig][];
  return entries.flatMap(([id, config]) => carried[id]?.(config) ?? []);
}
