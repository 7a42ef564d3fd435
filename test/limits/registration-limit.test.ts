// Registrations from one address: a limit of their own, shared by all instances, by address group, with an hour to wait.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { createRegistrationLimit, type LimitPorts, type RequestLimit } from "../../shared/limits/request-limit.ts";
import { type Api, startApi } from "../http/api.ts";
import { broken, openPorts, type Ports } from "./ports.ts";

describe("The limit", () => {
  let ports: Ports;
  beforeEach(async () => {
    ports = await openPorts();
  });
  afterEach(() => ports.close());

  async function passing(limits: RequestLimit[], count: number, address = "203.0.113.7", as: LimitPorts = ports) {
    let passed = 0;
    for (let n = 0; n < count; n++) {
      passed += (await limits[n % limits.length]?.take(as, { address })) === 0 ? 1 : 0;
    }
    return passed;
  }

  test.each([1, 3, 20])(
    "of %i an hour is exact, however many instances share it, and begins anew after an hour",
    async (perHour) => {
      const instances = [1, 2, 3, 4, 5].map(() => createRegistrationLimit(perHour));
      expect(await passing(instances, perHour + 10)).toBe(perHour);
      ports.pass(3_599_999);
      expect(await passing(instances, 5)).toBe(0);
      ports.pass(1);
      expect(await passing(instances, perHour + 10)).toBe(perHour);
    },
  );

  test("counts those that come together as it counts those in a row", async () => {
    const limit = createRegistrationLimit(7);
    const waits = await Promise.all(Array.from({ length: 30 }, () => limit.take(ports, { address: "203.0.113.7" })));
    expect(waits.filter((ms) => ms === 0).length).toBe(7);
  });

  test("is by the /64 of an IPv6 address, and apart for other addresses", async () => {
    const limits = [createRegistrationLimit(2)];
    expect(await passing(limits, 3, "2001:db8:1:2::1")).toBe(2);
    expect(await passing(limits, 1, "2001:db8:1:2:ffff::9")).toBe(0);
    expect(await passing(limits, 1, "2001:db8:1:3::1")).toBe(1);
  });

  test("of 0 is none, and asks the table nothing", async () => {
    expect(await passing([createRegistrationLimit(0)], 50)).toBe(50);
    expect(ports.calls).toEqual({ get: 0, put: 0 });
  });

  test("holds in one instance while the table is away", async () => {
    const as = ports.with({ table: broken(ports.table) });
    expect(await passing([createRegistrationLimit(3)], 9, "203.0.113.7", as)).toBe(3);
  });
});

describe("POST /auth/register", () => {
  let api: Api;
  afterEach(() => api.close());
  const credentials = (name: string) => ({ username: name, email: `${name}@example.com`, password: "12345678" });

  test("past the limit answers 429 with Retry-After, to that address alone, and logging in goes on", async () => {
    api = await startApi({ environment: { REGISTRATIONS_PER_HOUR: "2", TRUSTED_PROXIES: "127.0.0.1" } });
    const register = (name: string, from: string) =>
      api.call("POST", "/auth/register", { json: credentials(name), headers: { "x-forwarded-for": from } });
    expect((await register("ada", "203.0.113.1")).status).toBe(201);
    // One that is refused costs as much: nobody asks in this way who has registered.
    expect((await register("ada", "203.0.113.1")).status).toBe(409);
    const refused = await register("bob", "203.0.113.1");
    expect([refused.status, refused.body.error.type, refused.headers.get("retry-after")]).toEqual([
      429,
      "rate_limited",
      "3600",
    ]);
    expect(refused.body.message).toBe("Too many registrations from this address. Wait for 60 minutes.");
    expect((await register("bob", "203.0.113.2")).status).toBe(201);
    const { email, password } = credentials("ada");
    const login = { json: { email, password }, headers: { "x-forwarded-for": "203.0.113.1" } };
    expect((await api.call("POST", "/auth/login", login)).status).toBe(200);
  });

  test("what is no registration at all costs none", async () => {
    api = await startApi({ environment: { REGISTRATIONS_PER_HOUR: "1" } });
    const json = { username: "ada", email: "no address", password: "12345678" };
    expect((await api.call("POST", "/auth/register", { json })).status).toBe(400);
    expect((await api.call("POST", "/auth/register", { json: credentials("ada") })).status).toBe(201);
  });
});

test("by default a cloud and a production machine allow 20 an hour, and a developer's machine any number", () => {
  const secret = "0123456789abcdef0123456789abcdef";
  const perHour = (environment: Record<string, string>) => readConfig(environment).registrationsPerHour;
  expect(perHour({})).toBe(0);
  expect(perHour({ NODE_ENV: "production", JWT_SECRET: secret })).toBe(20);
  expect(perHour({ NODE_ENV: "production", JWT_SECRET: secret, REGISTRATIONS_PER_HOUR: "0" })).toBe(0);
  const cloud = {
    PLATFORM: "aws",
    JWT_SECRET: secret,
    S3_BUCKET: "dreams",
    S3_REGION: "eu-central-1",
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKID",
    AWS_SECRET_ACCESS_KEY: "key",
  };
  expect(perHour(cloud)).toBe(20);
});
