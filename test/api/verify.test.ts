// POST /verify, over HTTP: what is ours is known, nothing of whose it is comes out, and whatever is sent has an answer.
import { connect } from "node:net";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { request, startApi } from "../http/api.ts";
import { fixture } from "../labels/film-marking.ts";
import { labelled, others } from "../labels/verify-samples.ts";
import { type Product, startProduct } from "./local.ts";
import { create, follow, type User } from "./user.ts";

const MiB = 1024 ** 2;
let product: Product;
let user: User;

beforeAll(async () => {
  product = await startProduct({ environment: { TEST_MODELS: "1" } });
  user = await product.register();
});
afterAll(() => product.close());

async function made(json: object, path?: string) {
  const { id } = await create(user, json, path);
  const job = await follow(user, id);
  expect(job.status).toBe("completed");
  const [output] = job.outputs;
  return { job, output, name: `${id}-1-0`, bytes: Buffer.from(await (await fetch(output.url)).arrayBuffer()) };
}

const verify = (body: Uint8Array, type = "application/octet-stream") =>
  product.call("POST", "/verify", { body: new Uint8Array(body), headers: { "content-type": type } });
const named = (output: string) => product.call("POST", "/verify", { json: { output } });

describe("A picture of ours", () => {
  test("is known by its bytes, by its key, and by its label when it was altered; and nothing of the job comes out", async () => {
    const { output, name, bytes, job } = await made({ prompt: "a secret harbour", size: "64x64" });
    const intact = { known: true, output: name, intact: true };
    const sent = await verify(bytes, "image/png");
    expect(sent.status).toBe(200);
    expect(sent.body.data).toMatchObject({
      type: "image/png",
      sha256: output.sha256,
      read: "whole",
      ai: "yes",
      ours: intact,
    });
    const byKey = await named(output.key);
    expect(byKey.body.data).toEqual(sent.body.data);
    const drawn = await sharp(bytes).resize(32).keepXmp().toBuffer();
    expect((await verify(drawn)).body.data.ours).toEqual({ known: false, output: null, intact: null });
    const altered = Buffer.from(bytes);
    altered.writeUInt8((altered[altered.length - 30] ?? 0) ^ 1, altered.length - 30);
    expect((await verify(altered)).body.data).toMatchObject({ ai: "yes", ours: { ...intact, intact: false } });
    for (const told of [sent, byKey].map(({ body }) => JSON.stringify(body))) {
      expect(told).not.toContain(user.userId);
      expect(told).not.toContain(job.prompt);
    }
  });

  test("that was deleted is still ours, and its key leads nowhere", async () => {
    const { job, output, bytes, name } = await made({ prompt: "a lake", size: "64x64" });
    expect((await user.call("DELETE", `/jobs/${job.id}`)).status).toBe(200);
    expect((await verify(bytes)).body.data.ours).toEqual({ known: true, output: name, intact: true });
    expect((await named(output.key)).status).toBe(404);
  });
});

test("a film of ours is held against the stored one, for as long as that is there", async () => {
  const asked = { prompt: "a river", durationSec: 1, resolution: "480p", ratio: "1:1" };
  const { job, bytes, name, output } = await made(asked, "/ai/generate-video");
  expect((await verify(bytes)).body.data).toMatchObject({
    ...{ type: "video/mp4", ai: "yes", sha256: output.sha256 },
    ours: { known: true, output: name, intact: true },
  });
  const altered = Buffer.concat([bytes, Buffer.alloc(8)]);
  expect((await verify(altered)).body.data.ours).toEqual({ known: true, output: name, intact: false });
  await user.call("DELETE", `/jobs/${job.id}`);
  expect((await verify(bytes)).body.data.ours).toEqual({ known: true, output: name, intact: null });
});

test("what somebody else has labelled is not ours", async () => {
  const theirs = await labelled(fixture("faststart.mp4"), {}, others);
  expect((await verify(theirs)).body.data).toMatchObject({
    ...{ ai: "yes", ours: { known: false, output: null, intact: null } },
    marks: [{ kind: "gb45438", producer: "DreamFactory", signature: "foreign" }, { kind: "iptc" }],
  });
});

describe("What is refused", () => {
  test.each<[string, () => ReturnType<typeof verify>, number, RegExp]>([
    ["no body", () => verify(Buffer.alloc(0)), 400, /send the file's bytes/],
    ["a form", () => verify(Buffer.from("--a"), "multipart/form-data; boundary=a"), 415, /bare bytes/],
    ["JSON without a key", () => product.call("POST", "/verify", { json: {} }), 400, /output/],
    [
      "JSON with more",
      () => product.call("POST", "/verify", { json: { output: "a", url: "http://127.0.0.1/" } }),
      400,
      /url/,
    ],
    ["JSON that is none", () => verify(Buffer.from("{"), "application/json"), 400, /not valid JSON/],
    ["a key of nothing", () => named("users/a/jobs/b/image-1-0.png"), 404, /nothing here/],
    ["a key that climbs", () => named("users/../../secret"), 404, /nothing here/],
    ["a key below temp/", () => named(`temp/outputs/${user.userId}/x/1-0`), 404, /nothing here/],
    ["20 MB and a byte", () => verify(Buffer.alloc(20 * MiB + 1)), 413, /20 MB here\. Send the first 20 MB/],
  ])("%s", async (_, call, status, says) => {
    const answer = await call();
    expect([answer.status, answer.body.message]).toEqual([status, expect.stringMatching(says)]);
  });

  test("reading it", async () => {
    const answer = await product.call("GET", "/verify");
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  });

  test("20 MB are taken", async () => {
    const { status, body } = await verify(Buffer.alloc(20 * MiB));
    expect([status, body.data.read]).toEqual([200, "not"]);
  });

  test("more than four files that come at once, and then they are taken again", async () => {
    const { port } = new URL(product.url);
    const slow = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const socket = connect(Number(port), "127.0.0.1");
        const head = `POST /api/v1/verify HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n`;
        socket.write(head);
        await new Promise((resolve) => socket.once("data", resolve));
        return socket;
      }),
    );
    const refused = await verify(Buffer.from("bytes"));
    expect([refused.status, refused.body.error.type, refused.headers.get("retry-after")]).toEqual([
      503,
      "unavailable",
      "2",
    ]);
    for (const socket of slow) socket.destroy();
    await expect.poll(async () => (await verify(Buffer.from("bytes"))).status).toBe(200);
  });
});

test("a twentieth part of an address's requests may be files, and nothing of one is logged or kept", async () => {
  const api = await startApi({ environment: { RATE_LIMIT_PER_MINUTE: "60" } });
  try {
    const marker = "never-write-this-down";
    const body = Buffer.from(`%PDF-1.7 ${marker}`);
    const send = () =>
      request("POST", `${api.url}/api/v1/verify`, { body, headers: { "content-type": "application/pdf" } });
    const statuses = [await send(), await send(), await send(), await send()].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(api.lines.join("\n")).not.toContain(marker);
  } finally {
    await api.close();
  }
});
