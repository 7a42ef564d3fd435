// Our check of Stripe's signature says of each header what the SDK's says.
import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { isSignedByStripe } from "../../shared/payments/signature.ts";
import { API_VERSION } from "../../shared/payments/stripe.ts";

const secret = "whsec_one";
const now = Date.UTC(2026, 5, 1);
const at = Math.floor(now / 1000);
const body = '{"id":"evt_1","object":"event","text":"Grüße, 世界"}';

const sign = (options: { payload?: string; secret?: string; timestamp?: number; scheme?: string } = {}) =>
  Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: at, ...options });
const [, signature = ""] = /v1=(\w+)/.exec(sign()) ?? [];

const corpus: Record<string, [header: string, payload?: string]> = {
  "as it is sent": [sign()],
  "two secrets while one is rolled": [`${sign({ secret: "whsec_old" })},v1=${signature}`],
  "the right one first": [`${sign()},v1=${"0".repeat(64)}`],
  "an older scheme beside it": [`${sign()},v0=${"0".repeat(64)}`],
  "an older scheme alone": [sign({ scheme: "v0" })],
  "another secret": [sign({ secret: "whsec_two" })],
  "another body": [sign(), body.replace("evt_1", "evt_2")],
  "a body with a line break more": [sign(), `${body}\n`],
  "an empty body": [sign({ payload: "" }), ""],
  "300 s old": [sign({ timestamp: at - 300 })],
  "301 s old": [sign({ timestamp: at - 301 })],
  "a day ahead": [sign({ timestamp: at + 86_400 })],
  "no header": [""],
  "no time": [`v1=${signature}`],
  "no signature": [`t=${at}`],
  "an empty signature": [`t=${at},v1=`],
  "a time that is none": [`t=soon,v1=${signature}`],
  "a time of -1": [`t=-1,v1=${signature}`],
  "another time than was signed": [`t=${at + 1},v1=${signature}`],
  "two times, the signed one last": [`t=${at + 1},t=${at},v1=${signature}`],
  "two times, the signed one first": [`t=${at},t=${at + 1},v1=${signature}`],
  "a time with something behind it": [`t=${at}abc,v1=${signature}`],
  "blanks between the parts": [`t=${at}, v1=${signature}`],
  "a signature in capitals": [`t=${at},v1=${signature.toUpperCase()}`],
  "a signature cut short": [`t=${at},v1=${signature.slice(0, 63)}`],
  "a signature with more behind it": [`t=${at},v1=${signature}0`],
  "a signature with an equals sign behind it": [`t=${at},v1=${signature}=`],
  "letters beyond ASCII": [`t=${at},v1=${"é".repeat(32)}`],
  "the parts the other way round": [`v1=${signature},t=${at}`],
};

describe("a signature", () => {
  it.each(Object.entries(corpus))("%s: is taken or refused as the SDK does", (_, [header, payload = body]) => {
    const ours = isSignedByStripe(header, Buffer.from(payload), { secret, now });
    expect(ours).toBe(takenBySdk(header, payload));
  });

  it("is taken in some of these cases and refused in others", () => {
    const taken = Object.entries(corpus).filter(([, [header, payload = body]]) => takenBySdk(header, payload));
    expect([taken.length > 5, Object.keys(corpus).length - taken.length > 10]).toEqual([true, true]);
  });
});

it("we ask for the version of the API that the SDK speaks", () => {
  expect(API_VERSION).toBe(Stripe.API_VERSION);
});

/** Of an empty signature the SDK throws an error of another kind. */
function takenBySdk(header: string, payload: string): boolean {
  const { signature } = new Stripe("sk_test_none").webhooks;
  if (!signature) throw new Error("this SDK checks no signatures");
  try {
    return signature.verifyHeader(payload, header, secret, 300, undefined, now);
  } catch {
    return false;
  }
}
