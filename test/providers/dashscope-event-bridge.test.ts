// EventBridge's call when a task of Model Studio has ended: what is believed, and what is asked of whom before that.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { VendorCall } from "../../shared/ports/provider.ts";
import { type Certificates, readEventBridgeCall } from "../../shared/providers/dashscope/event-bridge.ts";
import { offer } from "../../shared/providers/dashscope/offer.ts";
import type { EventOptions } from "../servers/dashscope/event-bridge.ts";
import { type DashscopeServer, startDashscopeServer } from "../servers/dashscope/server.ts";

const url = "https://api.example.com/api/v1/webhooks/dashscope/operators-own-token";
const at = Date.parse("2026-11-28T12:00:00Z");
const taskId = "a154c328-0000-4000-8000-000000000000";

describe("a call of EventBridge", () => {
  let server: DashscopeServer;
  let certificates: Certificates;
  beforeAll(async () => {
    server = await startDashscopeServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    certificates = new Map();
  });

  function callOf(options: Partial<EventOptions> = {}, given: Partial<VendorCall> = {}): VendorCall {
    const { headers, body } = server.signedCall(url, taskId, { at, token: "shared", ...options });
    return { url, headers, body, receivedAt: at + 1000, isOfAttempt: false, ...given };
  }

  /** The certificate is served by the test's server instead of by Alibaba's. */
  const read = (call: VendorCall, certificateUrl = server.certificateUrl) =>
    readEventBridgeCall(call, new AbortController().signal, { certificates, certificateUrl: () => certificateUrl });

  const fetched = () => server.requests.filter(({ path }) => path.startsWith("/certificates/")).length;

  it("says which task has ended", async () => {
    expect(await read(callOf())).toEqual({ taskIds: [taskId] });
  });

  it("is believed without a token at the target too: its address holds the operator's", async () => {
    const { headers, body } = server.signedCall(url, taskId, { at });
    expect(Object.keys(headers)).not.toContain("x-eventbridge-signature-token");
    expect(await read({ url, headers, body, receivedAt: at, isOfAttempt: false })).toEqual({ taskIds: [taskId] });
  });

  it("costs one fetch of the certificate, however many come", async () => {
    const before = fetched();
    for (let i = 0; i < 3; i++) expect(await read(callOf())).not.toBeNull();
    expect(fetched()).toBe(before + 1);
  });

  it("is believed after the certificate was changed in its place", async () => {
    const ownUrl = callOf().headers["x-eventbridge-signature-url"] ?? "";
    certificates.set(ownUrl, "an older one");
    expect(await read(callOf())).toEqual({ taskIds: [taskId] });
    expect(certificates.get(ownUrl)).toContain("BEGIN CERTIFICATE");
  });

  it("is no matter when it is genuine and of something else", async () => {
    const other = { source: "acs.oss", type: "oss:ObjectCreated:PutObject", data: { task_id: taskId } };
    expect(await read(callOf({ event: other }))).toEqual({ taskIds: [] });
    expect(await read(callOf({ event: { source: "acs.dashscope", type: "dashscope:System:Other" } }))).toEqual({
      taskIds: [],
    });
  });

  const changed = (header: string, value: string) => (call: VendorCall) => ({
    ...call,
    headers: { ...call.headers, [header]: value },
  });
  const without = (header: string) => (call: VendorCall) => {
    const { [header]: _, ...headers } = call.headers;
    return { ...call, headers };
  };
  const forgeries: [what: string, change: (call: VendorCall) => VendorCall][] = [
    ["another body", (call) => ({ ...call, body: Buffer.from(String(call.body).replace("SUCCEEDED", "FAILED   ")) })],
    ["another address", (call) => ({ ...call, url: `${call.url}2` })],
    ["another token", changed("x-eventbridge-signature-token", "guessed")],
    ["another time", changed("x-eventbridge-signature-timestamp", String(at + 1))],
    ["a signature that is none", changed("x-eventbridge-signature-v2", "AAAA")],
    ["no signature", without("x-eventbridge-signature-v2")],
    ["no time", without("x-eventbridge-signature-timestamp")],
    ["another method", changed("x-eventbridge-hash-method", "SHA1")],
    ["another version", changed("x-eventbridge-signature-version", "0.9")],
    ["an address that names one attempt", (call) => ({ ...call, isOfAttempt: true })],
  ];
  it.each(forgeries)("is not believed with %s", async (_, change) => {
    expect(await read(change(callOf()))).toBeNull();
  });

  it("is believed for a minute, either way, and no longer", async () => {
    expect(await read(callOf({}, { receivedAt: at + 60_000 }))).not.toBeNull();
    expect(await read(callOf({}, { receivedAt: at - 60_000 }))).not.toBeNull();
    expect(await read(callOf({}, { receivedAt: at + 60_001 }))).toBeNull();
    expect(await read(callOf({}, { receivedAt: at - 60_001 }))).toBeNull();
  });

  const elsewhere = [
    "https://evil.example/cert.pem",
    "https://cn-beijing-eventbridge.oss-accelerate.aliyuncs.com.evil.example/cert.pem",
    "https://evil.example/cn-beijing-eventbridge.oss-accelerate.aliyuncs.com/cert.pem",
    "https://a.cn-beijing-eventbridge.oss-accelerate.aliyuncs.com/cert.pem",
    "http://cn-beijing-eventbridge.oss-accelerate.aliyuncs.com/cert.pem",
    "https://cn-beijing-eventbridge.oss-accelerate.aliyuncs.com:8443/cert.pem",
    "https://me:secret@cn-beijing-eventbridge.oss-accelerate.aliyuncs.com/cert.pem",
    "cert.pem",
    "",
  ];
  it.each(elsewhere)("never has a certificate fetched from %s", async (certificateUrl) => {
    const before = fetched();
    expect(await read(callOf({ certificateUrl }))).toBeNull();
    expect(fetched()).toBe(before);
  });

  it("is to come again when the certificate cannot be had, and nothing of that is kept", async () => {
    await expect(read(callOf(), `${server.url}/nothing-here`)).rejects.toThrow(/HTTP 401/);
    await expect(read(callOf(), "http://127.0.0.1:1/")).rejects.toThrow();
    expect(certificates.size).toBe(0);
    expect(await read(callOf())).not.toBeNull();
  });

  it("is not believed when what was fetched is no certificate", async () => {
    server.trouble("other", { when: "before", what: { status: 200, body: "no certificate" } });
    expect(await read(callOf())).toBeNull();
    expect(certificates.size).toBe(0);
  });

  it("is read by what the vendor offers to a function that takes requests", async () => {
    const call = { ...callOf(), receivedAt: at + 120_000 };
    expect(await offer(null).readCallback?.(call, new AbortController().signal)).toBeNull();
  });
});
