// fal's calls to us: which are believed.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VendorCall } from "../../shared/ports/provider.ts";
import { offer } from "../../shared/providers/fal/offer.ts";
import { create } from "../../shared/providers/fal/provider.ts";
import { type FalServer, startFalServer } from "../servers/fal/server.ts";
import type { SignedCall } from "../servers/fal/signer.ts";

const NOW = Date.parse("2026-11-28T12:00:00Z");
const callbackUrl = "https://factory.example.com/webhooks/fal/token";

describe("a call of fal's", () => {
  let server: FalServer;
  let id: string;
  let read: (call: SignedCall, receivedAt?: number) => Promise<{ taskIds: readonly string[] } | null>;
  beforeEach(async () => {
    server = await startFalServer();
    const absent = { secretKey: undefined, callbackToken: undefined, workspace: undefined };
    const provider = create({ apiKey: server.key, baseUrl: server.url, ...absent });
    const { signal } = new AbortController();
    const request = { type: "image", operation: "generate", model: "fal-ai/flux/dev", prompt: "A", n: 1 } as const;
    const outcome = await provider.start(request, { reference: "r-1", signal, callbackUrl });
    id = outcome.state === "started" ? outcome.task.id : "";
    server.finishAll();
    read = async ({ url, headers, body }, receivedAt = NOW) => {
      const call: VendorCall = { url, headers, body: Buffer.from(body), receivedAt, isOfAttempt: true };
      return (await provider.readCallback?.(call, signal)) ?? null;
    };
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const keysAsked = () => server.requests.filter(({ path }) => path.endsWith("jwks.json"));

  it("names the request, the same however often it comes, and asks for the keys once and without ours", async () => {
    const call = server.callOf(id, NOW);
    for (let i = 0; i < 10; i++) expect(await read(call)).toEqual({ taskIds: [id] });
    expect(keysAsked()).toHaveLength(1);
    expect(keysAsked()[0]?.headers.authorization).toBeUndefined();
  });

  it("of a failure names the request as well", async () => {
    server.end(id, { status: 422, body: { detail: [{ msg: "flagged", type: "content_policy_violation" }] } });
    expect(await read(server.callOf(id, NOW))).toEqual({ taskIds: [id] });
  });

  it.each<[string, (call: SignedCall) => SignedCall]>([
    ["another body", (call) => ({ ...call, body: call.body.replace("OK", "KO") })],
    ["another request", (call) => ({ ...call, headers: { ...call.headers, "x-fal-webhook-request-id": "other" } })],
    ["another user", (call) => ({ ...call, headers: { ...call.headers, "x-fal-webhook-user-id": "other" } })],
    [
      "another time",
      (call) => ({ ...call, headers: { ...call.headers, "x-fal-webhook-timestamp": `${NOW / 1000 + 1}` } }),
    ],
    [
      "a signature that is none",
      (call) => ({ ...call, headers: { ...call.headers, "x-fal-webhook-signature": "00" } }),
    ],
    ["no signature", (call) => ({ ...call, headers: {} })],
  ])("with %s is not genuine", async (_, forge) => {
    expect(await read(forge(server.callOf(id, NOW)))).toBeNull();
  });

  it("is good for five minutes, either way", async () => {
    const call = server.callOf(id, NOW);
    for (const ms of [-300_000, 300_000]) expect(await read(call, NOW + ms)).not.toBeNull();
    for (const ms of [-301_000, 301_000]) expect(await read(call, NOW + ms)).toBeNull();
  });

  it("signed with a new key is believed once that is published; forged ones ask for the keys once a minute", async () => {
    await read(server.callOf(id, NOW));
    server.rotateKeys();
    const call = server.callOf(id, NOW);
    for (let i = 0; i < 10; i++) expect(await read(call, NOW + 1000)).toBeNull();
    expect(keysAsked()).toHaveLength(1);
    expect(await read(call, NOW + 61_000)).toEqual({ taskIds: [id] });
    expect(keysAsked()).toHaveLength(2);
  });

  it("asks for the keys again after a day", async () => {
    const day = 24 * 60 * 60_000;
    await read(server.callOf(id, NOW));
    await read(server.callOf(id, NOW + day), NOW + day);
    expect(keysAsked()).toHaveLength(1);
    await read(server.callOf(id, NOW + day + 1000), NOW + day + 1000);
    expect(keysAsked()).toHaveLength(2);
  });

  it("is neither believed nor forged while the keys are not to be had", async () => {
    server.trouble("other", { when: "before", what: { status: 503, body: {} } });
    await expect(read(server.callOf(id, NOW))).rejects.toThrow("not to be had");
    expect(await read(server.callOf(id, NOW))).toEqual({ taskIds: [id] });
  });

  it("is read by nobody without a key", () => {
    expect(offer(null).readCallback).toBeUndefined();
  });
});
