// The most talkative log, and everything that anybody can send: what has to stay secret is in none of its lines.
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { expect, test } from "vitest";
import { expired, redirectTo, sendHalf, startGallery } from "../api/gallery.ts";
import { malformedCalls } from "../api/malformed-calls.ts";
import { malformedGenerations } from "../api/malformed-generations.ts";
import type { Malformed } from "../api/malformed-row.ts";
import { create, follow, hasEnded, type ShownJob, type User } from "../api/user.ts";
import { processes, type Running } from "../process/running.ts";

const jwtSecret = "hunter-1-the-secret-that-signs-every-token";
const newPassword = "hunter-2-the-new-password";
const wrongPassword = "hunter-3-somebody-elses-password";
const signature = "X-Amz-Signature=hunter-4&OSSAccessKeyId=hunter-5&Signature=hunter-6&token=hunter-7";
const headers = {
  cookie: "session=hunter-8",
  "idempotency-key": "hunter-9",
  "x-api-key": "hunter-10",
  "x-fc-security-token": "hunter-11",
  referer: `https://studio.example/?${signature}`,
};
const malformed = [...malformedGenerations, ...malformedCalls].map(([, row]) => row);

/** What becomes of a signed URL, under each of these. */
const paths = ["/lake.png", "/moved.png", "/inside.png", "/gone.png", "/expired.png", "/half.png", "/page.png"];

test("F60: with debug logging on, no secret, token, password or signed query of the whole corpus is in the log", async ({
  onTestFinished,
}) => {
  const gallery = await startGallery({
    "/moved.png": redirectTo(`/lake.png?${signature}`),
    "/inside.png": redirectTo(`http://169.254.169.254/latest/?${signature}`),
    "/expired.png": expired,
    "/half.png": sendHalf,
  });
  onTestFinished(() => gallery.close());
  const { emptyFolder, start } = processes(onTestFinished);
  const running = await start(await emptyFolder(), {
    environment: { LOG_LEVEL: "debug", JWT_SECRET: jwtSecret, TRUSTED_HOSTS: `127.0.0.1:${gallery.port}` },
  });
  const user = await running.register();
  for (const row of malformed) await send(running, user, row);
  await importAll(user, gallery.url);
  const later = await changePassword(running, user);
  await running.stop("SIGTERM");

  // What it greets with is an example of a registration, and no log.
  const log = (running.stdout() + running.stderr()).replace(/^curl .*$/m, "");
  expect(log.split("\n").length).toBeGreaterThan(malformed.length);
  expect(log).toContain("an output could not be transferred");
  const tokens = [user.token, later].flatMap((token) => [token, ...token.split(".").slice(1)]);
  for (const secret of [...tokens, user.password, wrongPassword, newPassword, jwtSecret, "hunter-", "argon2"]) {
    expect(linesWith(secret, log)).toEqual([]);
  }
});

/** Whatever the answer is: others look at that. */
async function send({ url }: Running, user: User, { method, path, body, token = user.token, ...row }: Malformed) {
  const filled = path.replaceAll(/\{(job|other)\}/g, user.userId).replaceAll(/[{}]/g, encodeURIComponent);
  const query = `${filled.includes("?") ? "&" : "?"}${signature}`;
  const request = httpRequest(url, { method, path: `/api/v1${filled}${query}`, agent: false });
  if (token !== null) request.setHeader("authorization", `Bearer ${token}`);
  if (body !== undefined) request.setHeader("content-type", "application/json");
  for (const [name, value] of Object.entries({ ...headers, ...row.headers })) request.setHeader(name, value);
  request.end(body);
  const [response] = await once(request, "response");
  response.resume();
  await once(response, "close");
}

/** Those that fail are waited for until they are tried again: by then it was logged why. */
async function importAll(user: User, galleryUrl: string): Promise<void> {
  const made = await Promise.all(paths.map((path) => create(user, { imageUrl: `${galleryUrl}${path}?${signature}` })));
  const isLogged = (job: ShownJob) => hasEnded(job) || job.attempts > 1;
  const jobs = await Promise.all(made.map(({ id }) => follow(user, id, isLogged)));
  const kept = jobs.map(({ status }) => status === "completed");
  expect(kept).toEqual(paths.map((path) => path === "/lake.png" || path === "/moved.png"));
}

/** Answers the newest token. */
async function changePassword({ call }: Running, user: User): Promise<string> {
  const { email, password, token } = user;
  const login = (sent: object) => call("POST", "/auth/login", { json: { email, ...sent } });
  expect((await login({ password: wrongPassword })).status).toBe(401);
  expect((await login({ password, pasword: newPassword })).status).toBe(400);
  expect((await call("GET", "/users/me", { token: `${token}x` })).status).toBe(401);
  const json = { password: newPassword, currentPassword: password };
  expect((await user.call("PUT", "/users/me", { json })).status).toBe(200);
  expect((await user.call("GET", "/users/me")).status).toBe(401);
  const { status, body } = await login({ password: newPassword });
  expect(status).toBe(200);
  return body.data.token;
}

function linesWith(secret: string, log: string): string[] {
  return log.split("\n").filter((line) => line.includes(secret));
}
