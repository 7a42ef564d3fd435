// The suite of misbehaving vendors finds out adapters that are wrong: each of these does one thing that adapters must not do.
import { describe, expect, test } from "vitest";
import type { CallContext, Provider, StartOutcome } from "../../shared/ports/provider.ts";
import { broken } from "../../shared/providers/calling/failures.ts";
import { openGround } from "../contracts/misbehaving/ground.ts";
import { runRow } from "../contracts/misbehaving/run-row.ts";
import { rowsOf } from "../contracts/misbehaving-vendor.ts";
import { type PlainServer, startPlainServer } from "../servers/plain/server.ts";
import { plainProvider } from "./plain-provider.ts";
import { vendors } from "./vendors.ts";

type Wrong = (right: Provider, server: PlainServer) => Partial<Provider>;

const started: StartOutcome = { state: "started", task: { id: "none" }, checkAfterMs: 1000 };
const failed = { state: "failed", failure: broken() } as const;

const wrongEnd = /how it ends/;

const wrongs: [does: string, row: string, foundBy: RegExp, wrong: Wrong][] = [
  [
    "sends a start again whose answer was lost",
    "the answer to the start is lost",
    wrongEnd,
    ({ start }) => ({ start: (...call) => start(...call).catch(() => start(...call)) }),
  ],
  [
    "takes `{}` for a task",
    "`{}` to the start",
    wrongEnd,
    ({ start }) => ({ start: (...call) => start(...call).catch(() => started) }),
  ],
  [
    "takes `{}` for a clear no",
    "`{}` to the start",
    wrongEnd,
    ({ start }) => ({ start: (...call) => start(...call).catch(() => failed) }),
  ],
  [
    "gives a task up whose check went wrong",
    "502 as HTML to a check",
    wrongEnd,
    ({ check }) => ({ check: (...call) => check(...call).catch(() => failed) }),
  ],
  [
    "tries a refusal again",
    "a refusal by an empty list",
    wrongEnd,
    ({ check }) => ({
      async check(...call) {
        const outcome = await check(...call);
        return outcome.state === "succeeded" && outcome.sources.length === 0 ? failed : outcome;
      },
    }),
  ],
  [
    "reads whatever comes",
    "200 MB of JSON to the start",
    /what was read of 200 MB/,
    (_, { url, key }) => ({
      async start(_request, { signal }: CallContext) {
        const headers = { authorization: `Bearer ${key}` };
        const answer = await fetch(`${url}/tasks`, { method: "POST", body: '{"prompt":"a lake"}', headers, signal });
        throw new Error(`${(await answer.bytes()).length} bytes say nothing`);
      },
    }),
  ],
  [
    "tells users where the vendor is",
    "401 to the start",
    /not to contain '127\.0\.0\.1/,
    ({ start }, { url }) => ({
      async start(...call) {
        const outcome = await start(...call);
        if (outcome.state !== "failed") return outcome;
        return { ...outcome, failure: { ...outcome.failure, message: `POST ${url} was answered with 401.` } };
      },
    }),
  ],
];

describe("the suite finds out an adapter that", () => {
  test.each(wrongs)("%s (%s)", async (_, name, foundBy, wrong) => {
    const [tasks] = vendors;
    if (!tasks) throw new Error("the vendor with tasks is the first one");
    await using ground = await openGround<PlainServer>({
      ...tasks,
      start: startPlainServer,
      environment: () => ({}),
      providers: (server) => [plainProvider("tasks", server)].map((right) => ({ ...right, ...wrong(right, server) })),
    });
    const row = rowsOf(tasks).find((each) => each.name === name);
    if (!row) throw new Error(`there is no row ${name}`);
    await expect(runRow(ground, row)).rejects.toThrow(foundBy);
  });
});
