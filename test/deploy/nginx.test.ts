// The product behind a real nginx, with the configuration of deploy/machine: nothing that works without it is lost in it.
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { json } from "node:stream/consumers";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { declarations } from "../../functions/declarations.ts";
import { isHttp } from "../../scripts/endpoints/document.ts";
import { MAX_UPLOAD_BYTES } from "../../shared/uploads/upload.ts";
import { startGallery } from "../api/gallery.ts";
import { create, registerAt, type User } from "../api/user.ts";
import { readEvents } from "../feed/event-source.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { processes, type Running } from "../process/running.ts";
import { runScript } from "../scripts/run-script.ts";
import { freePort } from "../servers/free-port.ts";
import { openSocket } from "../sockets/reader.ts";
import { configuration, type Nginx, nginx, startNginx, tested } from "./nginx.ts";

describe.skipIf(nginx === "")("behind nginx (needs nginx)", () => {
  let proxy: Nginx;
  let product: Running;
  let user: User;
  /** Lets the rest of a picture come. */
  let open: () => void;
  const atEnd: (() => unknown)[] = [];

  let port: number;
  let pictures: string;
  let startAgain: () => Promise<Running>;

  beforeAll(async () => {
    const listens = await freePort();
    port = await freePort();
    const gallery = await startGallery({
      "/held.png": (response) => {
        response.writeHead(200, { "content-type": "image/png", "content-length": tinyPng.length });
        response.write(tinyPng.subarray(0, 20));
        open = () => response.end(tinyPng.subarray(20));
      },
    });
    atEnd.push(() => gallery.close());
    pictures = gallery.url;
    const { emptyFolder, start } = processes((act) => void atEnd.push(act as () => unknown));
    const dataDir = await emptyFolder();
    const environment = {
      ...{
        PUBLIC_URL: `http://127.0.0.1:${listens}`,
        TRUSTED_PROXIES: "127.0.0.1",
        REGISTRATIONS_PER_HOUR: "2",
        WELCOME_CREDITS: "1000",
      },
      ...{ PORT: String(port), TRUSTED_HOSTS: `127.0.0.1:${gallery.port}` },
    };
    startAgain = () => start(dataDir, { environment });
    product = await startAgain();
    proxy = await startNginx(listens, port);
    atEnd.push(() => proxy[Symbol.asyncDispose]());
    user = await registerAt(() => proxy.url);
  });
  afterAll(async () => {
    for (const act of atEnd.reverse()) await act();
  });

  test("nginx takes the file as it is", async () => {
    const { code, said } = await tested();
    expect([code, said]).toEqual([0, expect.stringContaining("test is successful")]);
  });

  test("events of a job come one by one, before it has ended", async () => {
    const { id } = await create(user, { imageUrl: `${pictures}/held.png` });
    const reader = await readEvents(`${proxy.url}/api/v1/jobs/${id}/events`, { token: user.token });
    for (let stage = ""; stage !== "transferring"; ) stage = (await reader.next()).data.stage;
    expect((await user.call("GET", `/jobs/${id}`)).body.data.status).toBe("processing");
    open();
    const events = await reader.end();
    expect(events.at(-1)?.data.status).toBe("completed");
  });

  test("an upload of several MB arrives, and each range of it is served", async () => {
    const side = 1500;
    const noise = { raw: { width: side, height: side, channels: 3 } } as const;
    const picture = await sharp(randomBytes(side * side * 3), noise)
      .png({ compressionLevel: 0 })
      .toBuffer();
    expect(picture.length).toBeGreaterThan(6_000_000);
    const asked = { filename: "noise.png", contentType: "image/png", size: picture.length };
    const { data } = (await user.call("POST", "/uploads", { json: asked })).body;
    expect(new URL(data.upload.url).origin).toBe(proxy.url);
    const form = new FormData();
    for (const [name, value] of Object.entries<string>(data.upload.fields)) form.append(name, value);
    form.append("file", new Blob([picture], { type: "image/png" }));
    expect((await fetch(data.upload.url, { method: "POST", body: form })).status).toBe(204);
    const ready = await untilReady(user, data.uploadId);
    expect(new URL(ready.url).origin).toBe(proxy.url);
    const whole = Buffer.from(await (await fetch(ready.url)).arrayBuffer());
    expect(whole.equals(picture)).toBe(true);
    const part = await fetch(ready.url, { headers: { range: "bytes=5000000-5000999" } });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 5000000-5000999/${picture.length}`]);
    expect(Buffer.from(await part.arrayBuffer()).equals(picture.subarray(5_000_000, 5_001_000))).toBe(true);
  });

  test("the largest that a route takes is taken, and what is too large for its route is refused by the server", async () => {
    const routes = declarations.filter(isHttp).map(({ trigger }) => trigger.largeBody?.maxBytes ?? 0);
    const [, mebibytes] = /client_max_body_size (\d+)m;/.exec(configuration) ?? [];
    expect(Number(mebibytes) * 1024 * 1024).toBeGreaterThan(Math.max(MAX_UPLOAD_BYTES, ...routes));
    const body = Buffer.alloc(2 * 1024 * 1024, "x");
    const refused = await user.call("POST", "/ai/generate-image", { body, headers: { "content-type": "text/plain" } });
    expect([refused.status, refused.body.error.type]).toEqual([413, "too_large"]);
  });

  test("a film is followed over a WebSocket", async () => {
    const wish = { title: "The late ferry", prompt: "Two people wait at a pier", durationSec: 10, scenesPerEpisode: 1 };
    const begun = await user.call("POST", "/projects/generate-drama", { json: wish });
    expect([begun.status, begun.body.message]).toEqual([202, "success"]);
    const { projectId, id } = begun.body.data;
    const url = `${proxy.url}/api/v1/ws/projects/${projectId}/progress`;
    const reader = await openSocket(url, { first: { type: "follow", token: user.token } });
    expect(await reader.next()).toMatchObject({ type: "progress", id: 1 });
    await user.call("POST", `/productions/${id}/cancel`, { json: {} });
    expect(await reader.closed).toMatchObject({ code: 1000 });
  });

  test("a caller is counted by the address that nginx saw, whatever he says of himself", async () => {
    const from = (localAddress: string, url: string, said: string) => registered(url, localAddress, said);
    expect(await from("127.0.0.2", proxy.url, "192.0.2.1")).toBe(201);
    expect(await from("127.0.0.2", proxy.url, "192.0.2.2")).toBe(201);
    expect(await from("127.0.0.2", proxy.url, "192.0.2.3")).toBe(429);
    expect(await from("127.0.0.3", proxy.url, "127.0.0.2")).toBe(201);
    // Nobody but nginx is believed.
    expect(await from("127.0.0.2", `http://127.0.0.1:${port}`, "192.0.2.4")).toBe(429);
  });

  test("npm run doctor finds nothing wrong", async () => {
    const { code, stdout } = await runScript("scripts/doctor.ts", [proxy.url, "--origin", proxy.url], "/nowhere");
    expect([code, stdout]).toEqual([0, expect.not.stringContaining("WRONG")]);
  });

  test("a server that is started again is reached again at once", async () => {
    const health = () => fetch(`${proxy.url}/api/v1/health`).then(({ status }) => status);
    expect(await health()).toBe(200);
    await product.stop("SIGTERM");
    expect(await health()).toBe(502);
    product = await startAgain();
    expect(await health()).toBe(200);
  });
});

// biome-ignore lint/suspicious/noExplicitAny: an upload as it came over the wire, looked at by expectations
async function untilReady(user: User, uploadId: string): Promise<any> {
  for (;;) {
    const { data } = (await user.call("GET", `/uploads/${uploadId}`)).body;
    if (data.status === "ready") return data;
    expect(data.status).not.toBe("failed");
  }
}

let names = 0;

/** Registers somebody over a connection from another address of this machine, who says that he is a third one. Answers the status. */
async function registered(url: string, localAddress: string, forwardedFor: string): Promise<number> {
  const name = `caller-${++names}`;
  const body = JSON.stringify({ username: name, email: `${name}@example.com`, password: "correct horse" });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const headers = { "content-type": "application/json", "x-forwarded-for": forwardedFor };
  request(`${url}/api/v1/auth/register`, { method: "POST", localAddress, headers }, (response) => {
    json(response).then(() => resolve(response.statusCode ?? 0), reject);
  })
    .on("error", reject)
    .end(body);
  return promise;
}
