// Whatever is sent in 1 MB: it is refused in few words, before most of it was looked at. What that costs is measured by `npm run bench -- bodies`.
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod/mini";
import { declarations } from "../../functions/declarations.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import { MAX_BODY_BYTES } from "../../shared/events/http.ts";
import type { Step } from "../../shared/http/middleware.ts";
import { descriptionOf } from "../../shared/http/openapi/description.ts";
import { validation } from "../../shared/http/validation.ts";
import { type Api, startApi } from "./api.ts";
import { hostileBodies } from "./hostile-bodies.ts";

let api: Api;
let token: string;

beforeAll(async () => {
  api = await startApi();
  token = (await api.register("hostile")).token;
});
afterAll(() => api.close());

test.each(hostileBodies)("$name at $path: refused with few details, and no defect", async ({ path, text, method }) => {
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_BODY_BYTES);
  expect(Buffer.byteLength(text)).toBeGreaterThan(MAX_BODY_BYTES * 0.98);
  const headers = { "content-type": "application/json" };
  const { status, body } = await api.call(method ?? "POST", path, { token, headers, body: text });
  expect([status, body.error.type]).toEqual([400, "invalid_request"]);
  expect(body.error.details.length).toBeLessThanOrEqual(20);
  expect(JSON.stringify(body).length).toBeLessThan(20_000);
});

test("none of them left a job or took a credit, and nothing was logged that is as long", async () => {
  expect((await api.call("GET", "/jobs", { token })).body.data.items).toEqual([]);
  expect((await api.call("GET", "/credits", { token })).body.data).toMatchObject({ balance: 100, held: 0 });
  expect(Math.max(...api.lines.map((line) => line.length))).toBeLessThan(5000);
});

test("of a list that is too long only what it may have is held against the schema", () => {
  let asked = 0;
  const element = z.unknown().check(
    z.refine(() => {
      asked += 1;
      return false;
    }),
  );
  const schema = z.strictObject({ list: z.array(z.strictObject({ of: element })).check(z.maxLength(5)) });
  const { details, message } = refusal(schema, { list: Array.from({ length: 100_000 }, () => ({ of: 1 })) });
  expect([asked, details.length]).toEqual([5, 6]);
  expect(message).toContain("list must have at most 5 entries");
});

test("half a million unknown keys, or elements with one, are refused and not a stack that overflows", () => {
  const keys = Object.fromEntries(Array.from({ length: 500_000 }, (_, n) => [`k${n}`, 0]));
  const list = z.array(z.strictObject({ of: z.optional(z.int()) }));
  expect(refusal(z.strictObject({ list: z.optional(list) }), keys).message).toContain("(and 499997 more)");
  expect(refusal(z.strictObject({ list }), { list: Array(500_000).fill({ a: 0 }) }).details).toHaveLength(20);
  // zod itself passes on what it found in a list as arguments, of which there may be some ten thousand.
  const bounded = z.strictObject({ list: list.check(z.maxLength(10_000)) });
  expect(refusal(bounded, { list: Array(500_000).fill({ of: "" }) }).details).toHaveLength(20);
});

test("every list that a route takes says how long it may be, and that is not very long", async () => {
  const unbounded: string[] = [];
  let lists = 0;
  for (const declaration of declarations) {
    if (declaration.trigger.type !== "http") continue;
    const { handler } = await declaration.load();
    const { body } = descriptionOf(handler as Parameters<typeof descriptionOf>[0]) ?? {};
    if (!body) continue;
    const all = listsIn(z.toJSONSchema(body, { io: "input", unrepresentable: "any" }));
    lists += all.length;
    if (all.some(({ maxItems = Number.POSITIVE_INFINITY }) => maxItems > 1000)) unbounded.push(declaration.name);
  }
  expect(lists).toBeGreaterThan(0);
  expect(unbounded).toEqual([]);
});

function listsIn(schema: unknown): { maxItems?: number }[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = "type" in schema && schema.type === "array" ? [schema as { maxItems?: number }] : [];
  return [...own, ...Object.values(schema).flatMap(listsIn)];
}

function refusal(body: z.ZodMiniType, sent: unknown): AppError {
  const step = { event: { params: {}, query: {} }, context: { body: sent } } as unknown as Step;
  try {
    validation({ body }).before?.(step);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("the body was taken");
}
