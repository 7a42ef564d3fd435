// A user who is deleted by the script while the product runs and works for them.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, test } from "vitest";
import { readAccount } from "../../shared/credits/account.ts";
import { filesOf, type Product, startProduct } from "../api/local.ts";
import { create, creditsOf, follow, type ShownJob, type User, until } from "../api/user.ts";
import { waitingProvider } from "../api/waiting-provider.ts";
import { runScript } from "../scripts/run-script.ts";

let product: Product | null = null;
afterEach(async () => {
  await product?.close();
  product = null;
});

const environment = { TIMER_SECONDS: "1", LEASE_SECONDS: "2" };
const word = "marigold";

/** The script beside the server, or while it is down. */
function remove({ dataDir }: Product, ...args: string[]) {
  return runScript("scripts/users.ts", ["delete", ...args], dataDir);
}

test("F69: with running jobs: no crash, jobs cancelled at the provider, outputs and inputs purged, ledger kept, others go on", async () => {
  const { provider } = waitingProvider();
  const server = await start({ environment, providers: [provider] });
  const [user, other] = [await server.register(), await server.register()];
  const done = await follow(user, (await create(user, { prompt: word, provider: "sketch", size: "64x64" })).id);
  const url = done.resultUrls[0];
  expect((await fetch(url)).status).toBe(200);
  const { status } = await user.call("POST", "/uploads", {
    json: { filename: `${word}.png`, contentType: "image/png", size: 100 },
  });
  expect(status).toBe(201);
  const running: ShownJob[] = [];
  for (let i = 0; i < 3; i++) {
    running.push(await create(user, { prompt: word, provider: "scripted", metadata: { word } }));
  }
  const kept = await create(other, { prompt: "a lake", provider: "scripted" });
  for (const { id } of running) await follow(user, id, ({ stage }) => stage === "generating");

  const said = await remove(server, user.email);
  expect([said.code, said.stdout, said.stderr]).toEqual([
    1,
    "",
    expect.stringMatching(/^Nothing was deleted\. .*--yes/),
  ]);
  expect((await creditsOf(user)).held).toBe(30);

  expect(await remove(server, user.email, "--yes")).toMatchObject({ code: 0, stderr: "" });
  expect((await user.call("GET", "/jobs")).status).toBe(401);
  expect((await create(other, { prompt: "a lake", provider: "sketch", size: "64x64" })).status).toBe("pending");
  await until(
    async () => (await readAccount(server.runtime.table, user.userId))?.account,
    (account) => typeof account?.deletion?.sweptAt === "number",
  );
  expect(provider.calls.filter(({ name }) => name === "cancel").length).toBe(3);
  expect((await filesOf(server.dataDir)).filter((path) => path.includes(user.userId))).toEqual([]);
  expect((await fetch(url)).status).toBe(404);
  expect(wordsAbout(server, user)).toEqual([]);
  const account = (await readAccount(server.runtime.table, user.userId))?.account;
  expect(account).toMatchObject({ balance: 99, spent: 1, earned: 100, holds: [], jobs: 4 });
  const checked = await runScript("scripts/check-ledger.ts", [], server.dataDir);
  expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining("everything adds up")]);
  expect((await follow(other, kept.id, ({ stage }) => stage === "generating")).status).toBe("processing");

  const again = { code: 1, stdout: "", stderr: `Nobody has registered as ${user.email}.\n` };
  expect([await remove(server, user.email, "--yes"), await remove(server, user.email)]).toEqual([again, again]);
});

test("a user who was deleted while no server ran is removed by the next one that starts", async () => {
  const server = await start({ environment: { ...environment, WELCOME_CREDITS: "7" } });
  const user = await server.register();
  await follow(user, (await create(user, { prompt: word, provider: "sketch", size: "64x64" })).id);
  await server.restart({ between: async () => expect((await remove(server, user.email, "--yes")).code).toBe(0) });
  await until(
    async () => (await readAccount(server.runtime.table, user.userId))?.account,
    (account) => typeof account?.deletion?.sweptAt === "number",
  );
  expect((await filesOf(server.dataDir)).filter((path) => path.includes(user.userId))).toEqual([]);
  expect(wordsAbout(server, user)).toEqual([]);
});

test.each([
  [[], "An e-mail address is needed."],
  [["ada"], "An e-mail address is needed."],
  [["a@example.com", "b@example.com", "--yes"], "One e-mail address at a time."],
  [["a@example.com", "--now"], "Unknown option '--now'."],
])("delete %j is not understood: 2, one sentence and the usage", async (args, sentence) => {
  const { code, stdout, stderr } = await runScript("scripts/users.ts", ["delete", ...args], "/nowhere");
  expect([code, stdout, stderr]).toEqual([
    2,
    "",
    `${sentence} Usage:\n  npm run users -- delete <email> [--yes] [--json]\n`,
  ]);
});

async function start(options: Parameters<typeof startProduct>[0]): Promise<Product> {
  product = await startProduct(options);
  return product;
}

/** Items in which anything is left that the user has said of themselves or asked for. */
function wordsAbout(server: Product, { email }: User): string[] {
  const db = new DatabaseSync(join(server.dataDir, "table.sqlite"), { readOnly: true, timeout: 10_000 });
  const rows = db.prepare("SELECT partition, sort, data FROM items").all();
  db.close();
  const name = email.slice(0, email.indexOf("@"));
  const about = rows.filter((row) => [word, email, name].some((text) => JSON.stringify(row).includes(text)));
  return about.map(({ partition, sort }) => `${partition} ${sort}`);
}
