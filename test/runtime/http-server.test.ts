import { once } from "node:events";
import { Agent, request as nodeRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { created, ok } from "../../shared/http/results.ts";
import { type Api, request, startApi } from "../http/api.ts";
import { anything, declared } from "../http/functions.ts";
import { lastBody, openRaw } from "./raw-connection.ts";

const host = "Host: localhost\r\n";
let api: Api;

beforeAll(async () => {
  api = await startApi({
    environment: { TRUSTED_PROXIES: "127.0.0.1" },
    fallback: async (incoming, outgoing, requestId) => {
      if (incoming.url === "/media/broken") throw new Error("the fallback failed");
      if (!incoming.url?.startsWith("/media/")) return false;
      outgoing.setHeader("x-request-id", requestId).end(`media ${incoming.url}`);
      return true;
    },
    functions: [
      anything("GET", "/names/{name}/of/{other}", async ({ params }) => ok(params)),
      anything("GET", "/names/fixed/of/{other}", async ({ params }) => ok({ fixed: params })),
      anything("PUT", "/names/fixed/of/{other}", async () => ok("put")),
      anything("GET", "/bad-location", async () => created({}, "/a\nb")),
      declared("GET", "/bad-allow", async () => {
        throw new AppError("conflict", { headers: { allow: "a\nb" } });
      }),
      anything("GET", "/address", async ({ remoteAddress }) => ok(remoteAddress)),
      anything("GET", "/headers", async ({ headers }) => ok(headers)),
      declared("GET", "/broken-module", async () => {
        throw new Error("not a middleware in sight");
      }),
    ],
  });
});

afterAll(() => api.close());

describe("routing", () => {
  test("what is not there is 404 in the envelope, below the base path and beside it", async () => {
    for (const path of ["/api/v1/nothing", "/api/v1", "/api/v1/", "/api/v2/health", "/nothing", "/"]) {
      const { status, body } = await request("GET", api.url + path);
      expect([path, status, body.error.type]).toEqual([path, 404, "not_found"]);
    }
  });

  test("another method is 405 with all that the path takes", async () => {
    const { status, headers, body } = await api.call("DELETE", "/users/me");
    expect([status, body.error.type, headers.get("allow")]).toEqual([
      405,
      "method_not_allowed",
      "GET, PUT, HEAD, OPTIONS",
    ]);
    expect((await api.call("GET", "/auth/login")).headers.get("allow")).toBe("POST, OPTIONS");
  });

  test("a literal segment goes before a name, and each method is found where it is", async () => {
    expect((await api.call("GET", "/names/any/of/x")).body.data).toEqual({ name: "any", other: "x" });
    expect((await api.call("GET", "/names/fixed/of/x")).body.data).toEqual({ fixed: { other: "x" } });
    expect((await api.call("PUT", "/names/fixed/of/x", { json: {} })).body.data).toBe("put");
  });

  test("names in the path are decoded once, and an encoded slash stays inside its segment", async () => {
    const { body } = await api.call("GET", "/names/%E5%B0%8F%20%2541/of/a%2Fb");
    expect(body.data).toEqual({ name: "小 %41", other: "a/b" });
  });

  test.each(["//health", "/health/", "/health//", "/./health", "/auth/../health", "/HEALTH", "/names//of/x"])(
    "%s is no other way to write a path",
    async (path) => {
      const raw = await openRaw(api.port);
      raw.write(`GET /api/v1${path} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
      expect(await raw.end()).toMatch(/^HTTP\/1\.1 404 /);
    },
  );

  test.each(["/api/v1/names/%E5/of/x", "/api/v1/names/%/of/x", "/api/v1/health?a=%zz", "/media/%ff"])(
    "the broken percent-encoding of %s is 400",
    async (path) => {
      const { status, body } = await request("GET", api.url + path);
      expect([status, body.error.type]).toEqual([400, "invalid_request"]);
    },
  );

  test("the absolute form of a target is taken as its path", async () => {
    const raw = await openRaw(api.port);
    raw.write(`GET http://somewhere.example:81/api/v1/names/a/of/b?x=1 HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
    expect(lastBody(await raw.end()).data).toEqual({ name: "a", other: "b" });
  });

  test("HEAD answers what GET would, without the body, and the connection goes on", async () => {
    const get = await request("GET", `${api.url}/api/v1/names/a/of/b`);
    const raw = await openRaw(api.port);
    raw.write(
      `HEAD /api/v1/names/a/of/b HTTP/1.1\r\n${host}\r\nHEAD /api/v1/nothing HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    );
    const [first = "", second = "", ...more] = (await raw.end()).split("\r\n\r\n");
    expect(first).toMatch(/^HTTP\/1\.1 200 /);
    expect(first).toContain(`content-length: ${get.headers.get("content-length")}`);
    expect(second).toMatch(/^HTTP\/1\.1 404 /);
    expect(more).toEqual([""]);
  });

  test("what lies outside of the base path is the fallback's, if it wants it", async () => {
    const response = await fetch(`${api.url}/media/a.png?b=1`);
    expect(await response.text()).toBe("media /media/a.png?b=1");
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    const raw = await openRaw(api.port);
    raw.write(`GET http://somewhere.example/media/b.png HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
    expect(await raw.end()).toContain("media /media/b.png");
    expect((await request("GET", `${api.url}/other`)).status).toBe(404);
    expect((await request("GET", `${api.url}/media/broken`)).body.error.type).toBe("internal");
  });

  test("an answer whose headers cannot be sent is a 500, and one whose error has such headers is cut: the server goes on", async () => {
    const { status, body } = await api.call("GET", "/bad-location");
    expect([status, body.error.type]).toEqual([500, "internal"]);
    await expect(api.call("GET", "/bad-allow")).rejects.toThrow();
    expect((await api.call("GET", "/health")).status).toBe(200);
  });

  test("a function that fails outside of its middlewares is a 500 in the envelope", async () => {
    const { status, body } = await api.call("GET", "/broken-module");
    expect([status, body.error.type]).toEqual([500, "internal"]);
    expect(api.lines.join()).toContain("not a middleware in sight");
  });
});

describe("headers", () => {
  test("a repeated header arrives joined, and none can reach a prototype", async () => {
    const raw = await openRaw(api.port);
    raw.write(`GET /api/v1/headers HTTP/1.1\r\n${host}X-A: 1\r\nx-a: 2\r\n__proto__: 3\r\nConnection: close\r\n\r\n`);
    expect(lastBody(await raw.end()).data).toMatchObject({ "x-a": "1, 2" });
    expect(({} as Record<string, unknown>)["x-a"]).toBeUndefined();
  });

  test("the client behind a trusted proxy is the last address that a trusted one did not report for itself", async () => {
    const address = async (forwarded: string) =>
      (await api.call("GET", "/address", { headers: { "x-forwarded-for": forwarded } })).body.data;
    expect(await address("")).toBe("127.0.0.1");
    expect(await address("203.0.113.9")).toBe("203.0.113.9");
    expect(await address("6.6.6.6, 203.0.113.9")).toBe("203.0.113.9");
    expect(await address("6.6.6.6, 203.0.113.9, 127.0.0.1")).toBe("203.0.113.9");
    expect(await address("::ffff:203.0.113.9")).toBe("203.0.113.9");
    expect(await address("2001:db8::1")).toBe("2001:db8::1");
    expect(await address("<script>")).toBe("127.0.0.1");
  });

  test("without trusted proxies nobody can choose their address", async () => {
    const plain = await startApi({
      functions: [anything("GET", "/address", async ({ remoteAddress }) => ok(remoteAddress))],
    });
    const { body } = await plain.call("GET", "/address", { headers: { "x-forwarded-for": "6.6.6.6" } });
    expect(body.data).toBe("127.0.0.1");
    await plain.close();
  });
});

describe("stopping", () => {
  async function startStoppable() {
    const started = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const stoppable = await startApi({
      functions: [
        anything("GET", "/slow", async () => {
          started.resolve();
          await goOn.promise;
          return ok("done");
        }),
        anything("GET", "/patient", async ({ signal }) => {
          started.resolve();
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          return ok("left early");
        }),
        anything("GET", "/never", async () => {
          started.resolve();
          return new Promise(() => {});
        }),
      ],
    });
    return { stoppable, started: started.promise, goOn: goOn.resolve };
  }

  test("what is under way is answered, with Connection: close, and nobody new is let in", async () => {
    const { stoppable, started, goOn } = await startStoppable();
    const answer = stoppable.call("GET", "/slow");
    await started;
    const closed = stoppable.close(3_600_000);
    await expect(fetch(`${stoppable.url}/api/v1/health`)).rejects.toThrow();
    goOn();
    const { status, headers, body } = await answer;
    expect([status, body.data, headers.get("connection")]).toEqual([200, "done", "close"]);
    await closed;
  });

  test("a function that waits is told, and answers", async () => {
    const { stoppable, started } = await startStoppable();
    const answer = stoppable.call("GET", "/patient");
    await started;
    await stoppable.close(3_600_000);
    expect((await answer).body.data).toBe("left early");
  });

  test("connections that are only kept alive do not hold it up", async () => {
    const { stoppable } = await startStoppable();
    const agent = new Agent({ keepAlive: true });
    const sent = nodeRequest(`${stoppable.url}/api/v1/health`, { agent }).end();
    const [response] = await once(sent, "response");
    await once(response.resume(), "end");
    const silent = await openRaw(stoppable.port);
    const half = await openRaw(stoppable.port);
    half.write("GET /api");
    await stoppable.close(3_600_000);
    half.socket.destroy();
    silent.socket.destroy();
    agent.destroy();
  });

  test("a request that comes over a kept connection while it stops is answered", async () => {
    const { stoppable, started, goOn } = await startStoppable();
    const raw = await openRaw(stoppable.port);
    raw.write(`GET /api/v1/health HTTP/1.1\r\n${host}\r\n`);
    await raw.until('"code":0');
    const slow = stoppable.call("GET", "/slow");
    await started;
    const closed = stoppable.close();
    raw.write(`GET /api/v1/nothing HTTP/1.1\r\n${host}\r\n`);
    expect(await raw.end()).toMatch(/HTTP\/1\.1 404 [\s\S]*Connection: close/);
    goOn();
    await slow;
    await closed;
  });

  test("after the given time what is left is cut", async () => {
    const { stoppable, started } = await startStoppable();
    const answer = stoppable.call("GET", "/never").catch((error) => error);
    await started;
    await stoppable.close(50);
    expect(await answer).toBeInstanceOf(Error);
  });
});

test("two functions may not claim one method and path", async () => {
  const twins = [anything("GET", "/a/{x}", async () => ok(1)), anything("GET", "/a/{y}", async () => ok(2))];
  await expect(startApi({ functions: twins })).rejects.toThrow("another function has GET /a/{} already");
});
