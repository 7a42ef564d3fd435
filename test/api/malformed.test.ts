// Every malformed request gets an answer that says what is wrong, and does nothing else.
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { declarations } from "../../functions/declarations.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { malformedAccounts } from "./malformed-accounts.ts";
import { malformedCalls } from "./malformed-calls.ts";
import { malformedFaces } from "./malformed-faces.ts";
import { malformedGenerations } from "./malformed-generations.ts";
import { malformedProjects } from "./malformed-projects.ts";
import type { Malformed } from "./malformed-row.ts";
import { malformedUploadsAndCodes } from "./malformed-uploads-and-codes.ts";
import { malformedWebhooks } from "./malformed-webhooks.ts";
import { create, creditsOf, follow, listAll, type ShownJob, type User } from "./user.ts";

const malformedRequests = [
  ...malformedGenerations,
  ...malformedCalls,
  ...malformedUploadsAndCodes,
  ...malformedWebhooks,
  ...malformedProjects,
  ...malformedAccounts,
  ...malformedFaces,
];
/** In another service's shape. */
const toFaces = new Set<Malformed>(malformedFaces.map(([, request]) => request));

let product: Product;
let user: User;
let job: ShownJob;
let others: ShownJob;

beforeAll(async () => {
  product = await startProduct();
  user = await product.register();
  const other = await product.register();
  job = await create(user, { prompt: "mine", size: "64x64" });
  others = await create(other, { prompt: "theirs", size: "64x64" });
  await Promise.all([follow(user, job.id), follow(other, others.id)]);
});
afterAll(() => product.close());

test.each(malformedRequests)("%s is refused, in words", async (_, malformed) => {
  const { status, type, names, ...request } = malformed;
  const answer = await send(request);
  if (toFaces.has(malformed)) expectTheirs(answer, malformed);
  else expectOurs(answer, malformed);
  expect(answer.text).not.toMatch(/\bat .*:\d+|node_modules|\.ts\b|file:\/\/\/|zod|SQLITE|undefined|\[object/i);
  expect(answer.text).not.toContain(product.dataDir);
  expect(answer.text.length).toBeLessThan(20_000);
  if (status === 405) expect(answer.headers.allow).toMatch(/^[A-Z]+(, [A-Z]+)*$/);
  if (status === 401 && !request.path.startsWith("/auth")) expect(answer.headers["www-authenticate"]).toBe("Bearer");
});

type Sent = Awaited<ReturnType<typeof send>>;

function expectOurs(answer: Sent, { status, type, names }: Malformed): void {
  expect([answer.status, answer.body.error?.type, answer.body.message]).toEqual([status, type, answer.body.message]);
  expect(answer.body.message.length).toBeGreaterThan(10);
  expect(answer.body.message).toContain(names);
  expect(answer.body).toEqual({
    code: status,
    message: expect.any(String),
    data: null,
    error: { type, requestId: answer.headers["x-request-id"], details: expect.any(Array) },
  });
  expect(answer.body.error.requestId).toMatch(/^[0-9a-f-]{36}$/);
  for (const detail of answer.body.error.details)
    expect(detail).toEqual({ path: expect.any(String), message: expect.any(String) });
  if (type === "invalid_request" && names !== "percent-encoding") expect(answer.body.error.details).not.toEqual([]);
}

function expectTheirs({ status, body, headers }: Sent, expected: Malformed): void {
  const { type } = expected;
  expect([status, body]).toEqual([
    expected.status,
    { error: { type, code: type, message: expect.stringContaining(expected.names), param: body.error?.param } },
  ]);
  expect(body.error.message.length).toBeGreaterThan(10);
  expect(typeof body.error.param).toBe(type === "invalid_request" ? "string" : "object");
  expect([headers["x-should-retry"], headers["x-request-id"]]).toEqual([
    "false",
    expect.stringMatching(/^[0-9a-f-]{36}$/),
  ]);
}

test.each(["nope", '{"prompt":"x","n":NaN}', '{"prompt":None}', "\0"])(
  "a body that is whole, yet no JSON, is not said to end too early: %j",
  async (body) => {
    const { body: answer } = await send({ method: "POST", path: "/ai/generate-image", body });
    expect(answer.message).not.toContain("ends too early");
  },
);

test("every route is asked for something malformed, but those that take nothing of anybody", () => {
  const asked = new Set(malformedRequests.map(([, { method, path }]) => `${method} ${path.split("?")[0]}`));
  const routes = declarations.flatMap(({ trigger }) =>
    trigger.type === "http" ? [`${trigger.method} ${trigger.path.replace("{id}", "{job}")}`] : [],
  );
  expect(routes.filter((route) => !asked.has(route))).toEqual([
    ...["GET /health", "GET /openapi.json", "GET /docs", "GET /credits/packs", "GET /ai/models"],
  ]);
});

test("the user has every credit and no further job afterwards, and everything still works", async () => {
  const { jobs } = await checkLedger(user);
  expect(jobs.map(({ id }) => id)).toEqual([job.id]);
  expect(await creditsOf(user)).toEqual({ balance: 99, held: 0, totalEarned: 100, totalSpent: 1 });
  expect((await listAll(user, "/credits/transactions")).total).toBe(2);
  expect((await user.call("GET", "/users/me")).body.data).toMatchObject({ role: "user", email: user.email });
  const { id } = await create(user, { prompt: "still there", size: "64x64" });
  expect((await follow(user, id)).status).toBe("completed");
});

async function send({
  method,
  path,
  headers = {},
  body,
  token = user.token,
}: Omit<Malformed, "status" | "type" | "names">) {
  const filled = path.replace("{job}", job.id).replace("{other}", others.id).replaceAll(/[{}]/g, encodeURIComponent);
  const request = httpRequest(product.url, { method, path: `/api/v1${filled}` });
  if (token !== null) request.setHeader("authorization", `Bearer ${token}`);
  if (body !== undefined) request.setHeader("content-type", "application/json");
  for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const received = await text(response);
  return { status: response.statusCode, headers: response.headers, text: received, body: JSON.parse(received) };
}
