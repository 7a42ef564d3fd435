// Stripe's signature of an event, as its SDK checks it (https://docs.stripe.com/webhooks#verify-manually): HMAC-SHA256 over time and body, under the
// scheme v1; one for each secret while a secret is rolled.
import { createHmac, timingSafeEqual } from "node:crypto";

/** Of the SDK's default. */
const TOLERANCE_S = 300;

/** `now`: epoch milliseconds. A time ahead of ours is no reason to refuse, as with the SDK: nobody but Stripe can have signed it. */
export function isSignedByStripe(header: string, body: Uint8Array, options: { secret: string; now: number }): boolean {
  const { timestamp, signatures } = partsOf(header);
  if (timestamp === null || signatures.length === 0 || body.byteLength === 0) return false;
  const expected = Buffer.from(createHmac("sha256", options.secret).update(`${timestamp}.`).update(body).digest("hex"));
  const isSigned = signatures.some((each) => {
    const given = Buffer.from(each);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  return isSigned && Math.floor(options.now / 1000) - timestamp <= TOLERANCE_S;
}

function partsOf(header: string): { timestamp: number | null; signatures: string[] } {
  const pairs = header.split(",").map((part) => part.split("="));
  const [, time = ""] = pairs.findLast(([name]) => name === "t") ?? [];
  const timestamp = Number.parseInt(time, 10);
  const signatures = pairs.flatMap(([name, value]) => (name === "v1" && value ? [value] : []));
  return { timestamp: Number.isNaN(timestamp) || timestamp === -1 ? null : timestamp, signatures };
}
