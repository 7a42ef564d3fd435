// What signatures of version 4 have in common at Amazon and at Alibaba Cloud.
import { createHmac } from "node:crypto";

/** Epoch milliseconds as `20260102T030405Z`. */
export function basicTime(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, "");
}

/** The key of a day, a region and a service is made out of the secret step by step; the text is signed with the last one. Hexadecimal. */
export function chainedHmac(secret: string, steps: readonly string[], text: string): string {
  const key = steps.reduce<string | Buffer>((last, step) => createHmac("sha256", last).update(step).digest(), secret);
  return createHmac("sha256", key).update(text).digest("hex");
}
