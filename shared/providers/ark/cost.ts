// What Ark's answers say that it has charged, by the list of mainland China; abroad the list is another one.
import type { VendorConfig } from "../../config/vendors.ts";
import type { Money } from "../../ports/provider.ts";
import { numberAt } from "../calling/json.ts";
import { registered } from "../calling/registry.ts";
import { isAbroad } from "./call.ts";
import file from "./models.json" with { type: "json" };

/** Vendor documentation, prices: CNY for a million tokens of video. */
const perMillionTokens: Readonly<Record<string, number>> = {
  "doubao-seedance-1-0-pro-fast-251015": 4.2,
  "doubao-seedance-1-0-pro-250528": 15,
};

/** Undefined where it is not known. */
export function costOf(config: VendorConfig, model: string, json: unknown): Money | undefined {
  if (isAbroad(config)) return undefined;
  const tokens = numberAt(json, "usage", "completion_tokens");
  const perMillion = Object.hasOwn(perMillionTokens, model) ? perMillionTokens[model] : undefined;
  if (tokens !== undefined && perMillion !== undefined) return cny((tokens * perMillion) / 1e6);
  const pictures = numberAt(json, "usage", "generated_images");
  const each = registered(file).find(({ id, type }) => id === model && type === "image")?.cost?.amount;
  return pictures !== undefined && each !== undefined ? cny(pictures * each) : undefined;
}

function cny(amount: number): Money {
  return { amount: Math.round(amount * 1e6) / 1e6, currency: "CNY" };
}
