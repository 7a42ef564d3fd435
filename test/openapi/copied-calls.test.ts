// Each call of the reference's page, copied and run as it stands, in each of its languages, against the product.
import { type ExecFileException, execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readDocument } from "../../functions/reference.ts";
import examples from "../../shared/http/openapi/examples.json" with { type: "json" };
import { type Product, startProduct } from "../api/local.ts";
import { waitingProvider } from "../api/waiting-provider.ts";
import { type Origin, startOrigin } from "../servers/origin.ts";
import { type CopiedCall, copiedBlock, copiedCalls, type Language } from "./copied-calls.ts";
import { type Prepared, prepare, prepareProductions, stopProductions } from "./prepared-user.ts";
import { type Shop, startShop } from "./shop.ts";

const run = promisify(execFile);
const document = await readDocument();
const operationIds = Object.values(document.paths).flatMap((methods) =>
  Object.values(methods).map(({ operationId }) => operationId),
);
/** Providers and Stripe call the first two; the third goes on for two minutes; the fourth needs a part of a film that is made; the last becomes a WebSocket. */
const withoutCall = ["providerWebhook", "stripeWebhook", "events", "downloadNode", "projectSocket"];
/** Behind it no token is good any more. */
const last = "logout";

let folder: string;
let product: Product;
let receiver: Origin;
let shop: Shop;
let received: { body: Buffer; headers: IncomingHttpHeaders }[];
let prepared: Prepared;
const endless = waitingProvider();
const arrivals = new EventTarget();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dream-factory-calls-"));
  shop = await startShop();
  receiver = await startOrigin(async (request, response) => {
    received.push({ body: await buffer(request), headers: request.headers });
    response.end();
    arrivals.dispatchEvent(new Event("message"));
  });
});
afterAll(async () => {
  await Promise.all([receiver.close(), shop.close()]);
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  received = [];
  const { provider } = endless;
  product = await startProduct({
    environment: {
      WELCOME_CREDITS: "9000",
      DEFAULT_IMAGE_PROVIDER: "sketch",
      TRUSTED_HOSTS: `127.0.0.1:${receiver.port}`,
      ...shop.environment,
    },
    providers: [provider],
  });
  prepared = await prepare(product, provider.id, `${receiver.url}/hook`);
});
afterEach(() => product.close());

/** Runs what was copied in one go, and marks where each call begins and how it was answered. */
interface Runner {
  file: string;
  command: [program: string, ...args: string[]];
  before: string;
  set(name: string, value: string): string;
  around(call: CopiedCall): string;
}

const runners: Record<Language, Runner> = {
  curl: {
    file: "calls.sh",
    command: ["bash"],
    before: 'curl() { command curl -sS -w "\\n#STATUS %{http_code}\\n" "$@"; }',
    set: (name, value) => `${name}='${value}'`,
    around: ({ id, code }) => `echo "#CALL ${id}"\n${code}`,
  },
  javascript: {
    file: "calls.mjs",
    command: [process.execPath],
    before: "let SCENE_ID, CHARACTER_ID, NODE_ID, INDEX;",
    set: (name, value) => `${name} = ${JSON.stringify(value)};`,
    around: ({ id, code }) => `console.log("#CALL ${id}");\n{\n${code}\nconsole.log("#STATUS", answer.status);\n}`,
  },
  python: {
    file: "calls.py",
    command: ["python3"],
    before: "",
    set: (name, value) => `${name} = ${JSON.stringify(value)}`,
    around: ({ id, code }) => `print("#CALL ${id}")\n${code}\nprint("#STATUS", answer.status_code)`,
  },
};

/** Each is run by itself: nobody may have more than two under way. */
const startsProduction = ["createProduction", "generateDrama", "resumeProduction", "remakeNode"];

/** What each call was answered with, by operation. */
async function runAll(language: Language): Promise<Record<string, Answered>> {
  const all = copiedCalls(document, language, `${product.url}/api/v1`);
  const [login, ...calls] = all.filter(({ id }) => id === "about-begin" || operationIds.includes(id));
  expect(login?.id).toBe("about-begin");
  const ofProductions = await prepareProductions(prepared.user, endless.provider.id);
  prepared = { ...prepared, variables: { ...prepared.variables, ...ofProductions } };
  const isAlone = (id: string) => startsProduction.includes(id) || withoutCall.includes(id) || id === last;
  const answers = await runTogether(
    language,
    login?.code ?? "",
    calls.filter(({ id }) => !isAlone(id)),
  );
  for (const call of calls.filter(({ id }) => startsProduction.includes(id))) {
    await stopProductions(prepared.user);
    Object.assign(answers, await runTogether(language, login?.code ?? "", [call]));
  }
  const ending = calls.filter(({ id }) => id === last);
  return Object.assign(answers, await runTogether(language, login?.code ?? "", ending));
}

interface Answered {
  status: number;
  said: string;
}

async function runTogether(language: Language, login: string, calls: CopiedCall[]): Promise<Record<string, Answered>> {
  const { file, command, before, set, around } = runners[language];
  const lines = calls.flatMap((call) => [
    ...Object.entries(prepared.variables[call.id] ?? {}).map(([name, value]) => set(name, value)),
    around({ ...call, code: withLiveFields(call) }),
  ]);
  await writeFile(join(folder, file), [login, before, ...lines, ""].join("\n"));
  const [program, ...args] = command;
  const { stdout } = await run(program, [...args, join(folder, file)], { maxBuffer: 2 ** 26, timeout: 300_000 }).catch(
    (error: ExecFileException) => {
      throw new Error(`${error.message}\n${error.stdout?.slice(-3000)}`);
    },
  );
  const answers = stdout.split(/^#CALL /m).slice(1);
  return Object.fromEntries(
    answers.map((each) => {
      const [, id = "", said = "", status = ""] = /^(\w+)\n(.*)\n#STATUS (\d+)\n$/s.exec(each) ?? [];
      return [id, { status: Number(status), said: said.trim() }];
    }),
  );
}

/** What was recorded once is put right: ids, codes and addresses of today. */
function withLiveFields({ id, code }: CopiedCall): string {
  const replaced = (text: string, recorded: object, live: object): string =>
    Object.entries(live).reduce((said, [name, value]) => {
      const known = (recorded as Record<string, unknown>)[name];
      if (typeof value === "object") return replaced(said, known as object, value);
      expect(said).toContain(String(known));
      return said.replace(String(known), value);
    }, text);
  const recorded = (examples as Record<string, { request?: object }>)[id]?.request ?? {};
  return replaced(code, recorded, prepared.fields[id] ?? {});
}

/** With what a route answers by its example, and by the document where there is none. */
function expectedStatus(id: string): number {
  const example = (examples as Record<string, { status: number }>)[id];
  // Its example is the feed as JSON: without `since` it streams.
  return example?.status ?? 200;
}

const hasRequests = await run("python3", ["-c", "import requests"]).then(
  () => true,
  () => false,
);
if (!hasRequests && process.env.PYTHON_REQUESTS === "required") throw new Error("python3 has no requests.");

describe.each([
  { language: "curl", isHere: true },
  { language: "javascript", isHere: true },
  { language: "python", isHere: hasRequests },
] as const)("In $language", ({ language, isHere }) => {
  test.skipIf(!isHere)("every call runs as it was copied, and is answered as its example says", async () => {
    const answers = await runAll(language);
    const statuses = Object.fromEntries(Object.entries(answers).map(([id, { status }]) => [id, status]));
    const wanted = operationIds.filter((id) => !withoutCall.includes(id));
    expect(statuses).toEqual(Object.fromEntries(wanted.map((id) => [id, expectedStatus(id)])));
    expect(answers.getMe?.said).toContain("you@example.com");
    expect(answers.jobEvents?.said).toMatch(/event: end\n/);
    if (language === "curl") expect(JSON.parse(answers.generateImage?.said ?? "")).toMatchObject({ code: 0 });
  });
});

test("the lines that follow a job in a browser run, to the event that has the job", async () => {
  const setting = `const API = "${product.url}/api/v1", TOKEN = "${prepared.user.token}", ID = "${prepared.variables.getJob?.ID}";`;
  await writeFile(join(folder, "follow.mjs"), `${setting}\n${copiedBlock(document, "about-follow")}`);
  const { stdout } = await run(process.execPath, [join(folder, "follow.mjs")], { timeout: 60_000 });
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events.length).toBeGreaterThan(2);
  expect(events.at(-1)).toMatchObject({ job: { id: prepared.variables.getJob?.ID, status: "completed" } });
});

describe("The lines that verify a webhook take what was sent and nothing else", () => {
  async function message() {
    while (received.length === 0) await once(arrivals, "message");
    const [{ body, headers }] = received as [(typeof received)[0]];
    const secret: string = (await product.call("GET", "/webhooks/secret", { token: prepared.user.token })).body.data
      .secret;
    return { body, headers, secret };
  }
  const code = (language: Language) =>
    copiedCalls(document, language, "").find(({ id }) => id === "about-hooks")?.code ?? "";

  test("in JavaScript", async () => {
    await writeFile(join(folder, "verify.mjs"), code("javascript"));
    const { isFromThem } = await import(join(folder, "verify.mjs"));
    const { body, headers, secret } = await message();
    const other = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const old = { ...headers, "webhook-timestamp": String(Math.floor(Date.now() / 1000) - 301) };
    expect(isFromThem(body, headers, secret)).toBe(true);
    expect(isFromThem(Buffer.concat([body, Buffer.from(" ")]), headers, secret)).toBe(false);
    expect(isFromThem(body, headers, other)).toBe(false);
    expect(isFromThem(body, old, secret)).toBe(false);
  });

  test.skipIf(!hasRequests)("in Python", async () => {
    const { body, headers, secret } = await message();
    const cases = `import sys, json
given = json.loads(sys.argv[1])
body, headers, secret = given["body"].encode(), given["headers"], given["secret"]
old = {**headers, "webhook-timestamp": str(int(time.time()) - 301)}
print(is_from_them(body, headers, secret), is_from_them(body + b" ", headers, secret), is_from_them(body, old, secret))`;
    await writeFile(join(folder, "verify.py"), `${code("python")}\n${cases}`);
    const given = JSON.stringify({ body: body.toString(), headers, secret });
    const { stdout } = await run("python3", [join(folder, "verify.py"), given]);
    expect(stdout.trim()).toBe("True False False");
  });
});
