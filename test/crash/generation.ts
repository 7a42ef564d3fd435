// One request through one gap: the process dies, another one takes over, the client asks again, and all must be as if nothing had happened.
import { expect } from "vitest";
import { creditsOf, follow, listAll, type ShownJob, type User } from "../api/user.ts";
import { unlabelled } from "../labels/marking.ts";
import { comeToRest } from "./at-rest.ts";
import type { GapName } from "./gaps.ts";
import { checkAtRest } from "./invariants.ts";
import { pictureOf, sha256 } from "./pictures.ts";
import { filesOf, words } from "./vendor.ts";
import { vendorIds, vendorPrice } from "./vendor-provider.ts";
import {
  AFTER_LEASES_S,
  AFTER_PATIENCE_S,
  importPrice,
  inWorldOn,
  type StartGround,
  type World,
  welcomeCredits,
} from "./world.ts";

export interface Wanted {
  json: { prompt?: string; provider?: string; n?: number; imageUrl?: string; size?: string };
  /** Credits. */
  price: number;
}

export interface Row {
  wants: (world: World) => Wanted;
  /** `completed` by default. */
  ends?: "completed" | "failed";
  /** Tasks that the vendor took in the end; one by default. */
  tasks?: number;
  /** Nobody can find out whether the vendor took it: the operator is told. */
  isUncertain?: boolean;
  /** Of the processes. */
  environment?: Record<string, string>;
}

export const sketch: Row = {
  wants: () => ({ json: { prompt: "a lake", provider: "sketch", size: "64x64" }, price: 1 }),
  tasks: 0,
};
export const sentAlong: Row = {
  wants: () => ({ json: { imageUrl: dataUrlOf("sent along") }, price: importPrice }),
  tasks: 0,
};
export const imported: Row = {
  wants: ({ vendor }) => ({ json: { imageUrl: `${vendor.url}/files/slow-lake.png` }, price: importPrice }),
  tasks: 0,
};

/** By default from the vendor that takes our reference as a key. */
export function generated(prompt: string, lost: keyof typeof vendorIds = "byReference", n = 1): Row {
  return { wants: () => ({ json: { prompt, provider: vendorIds[lost], n }, price: n * vendorPrice }) };
}

export const generatedInOneGo: Row = { ...generated("a lake", "never"), ends: "failed", isUncertain: true };
export const twoFiles = generated("two lakes", "byReference", 2);
export const refused: Row = { ...generated(words.refusedOnce), ends: "failed" };
export const lackingOnce: Row = { ...generated(words.lacksOnce, "byReference", 2), tasks: 2 };

export function dataUrlOf(name: string): string {
  return `data:image/png;base64,${Buffer.from(pictureOf(name)).toString("base64")}`;
}

/** The client asks again as soon as it can. */
export function survives(gap: GapName, row: Row, ground?: StartGround): Promise<void> {
  return inWorldOn(ground, async (world) => {
    const wanted = row.wants(world);
    const { environment = {} } = row;
    await world.start({ gap, environment });
    const user = await world.register();
    const acknowledged = await dieAsking(world, user, wanted);
    await world.start({ secondsLater: AFTER_LEASES_S, environment });
    const job = await askAgain(user, wanted, row);
    if (acknowledged !== null) expect(job.id).toBe(acknowledged);
    await checkOutcome(world, user, { wanted, row, job });
  });
}

/** The client asks again long after it was given up; what went on without it went on, and anything else was never paid for. */
export function survivesWithoutClient(gap: GapName, row: Row, goesOn: boolean, ground?: StartGround): Promise<void> {
  return inWorldOn(ground, async (world) => {
    const wanted = row.wants(world);
    await world.start({ gap });
    const user = await world.register();
    await dieAsking(world, user, wanted);
    await world.start({ secondsLater: AFTER_PATIENCE_S });
    await comeToRest(world.place);
    const { items: jobs, total } = await listAll(user, "/jobs");
    const balance = goesOn ? welcomeCredits - wanted.price : welcomeCredits;
    expect([jobs.length, total, (await creditsOf(user)).balance]).toEqual([goesOn ? 1 : 0, goesOn ? 1 : 0, balance]);
    await checkOutcome(world, user, { wanted, row, job: await askAgain(user, wanted, row) });
  });
}

/** Answers the id of the job, if the client got to know it. */
async function dieAsking(world: World, user: User, wanted: Wanted): Promise<string | null> {
  let id: string | null = null;
  await world.diesDuring(async () => {
    id = (await ask(user, wanted)).body.data.id;
  });
  return id;
}

async function askAgain(user: User, wanted: Wanted, { ends = "completed" }: Row): Promise<ShownJob> {
  const { status, body } = await ask(user, wanted);
  expect([status === 200 || status === 202, body.message]).toEqual([true, "success"]);
  const job = await follow(user, body.data.id);
  expect([job.id, job.status]).toEqual([body.data.id, ends]);
  return job;
}

function ask(user: User, { json }: Wanted) {
  return user.call("POST", "/ai/generate-image", { json, headers: { "idempotency-key": "the one" } });
}

async function checkOutcome(
  world: World,
  user: User,
  {
    wanted,
    row: { ends = "completed", tasks = 1, isUncertain = false },
    job,
  }: { wanted: Wanted; row: Row; job: ShownJob },
): Promise<void> {
  const spent = ends === "completed" ? wanted.price : 0;
  const credits = { balance: welcomeCredits - spent, held: 0, totalEarned: welcomeCredits, totalSpent: spent };
  await comeToRest(world.place);
  expect(await creditsOf(user)).toEqual(credits);
  await checkFiles(wanted, job);
  const { jobs, keys } = await checkAtRest(world, [user], isUncertain ? ["uncertain"] : []);
  expect([jobs.map(({ id }) => id), keys]).toEqual([[job.id], 1]);
  expect(jobs.flatMap(({ uncertain }) => uncertain)).toEqual(isUncertain ? [`${job.id}-1`] : []);
  expect(world.vendor.tasks.length).toBe(tasks);
}

/** Each file is what was delivered, and says once which output it is; what a user brought says nothing. */
async function checkFiles({ json }: Wanted, job: ShownJob): Promise<void> {
  const urls: string[] = job.status === "completed" ? job.resultUrls : [];
  const files = await Promise.all(
    urls.map(async (url) => unlabelled(Buffer.from(await (await fetch(url)).arrayBuffer()))),
  );
  const isImport = json.imageUrl !== undefined;
  const names = files.map((_, index) => (isImport ? [] : [`${job.id}-${job.attempts}-${index}`]));
  expect(files.map(({ produceIds }) => produceIds)).toEqual(names);
  const hashes = files.map(({ bytes }) => sha256(bytes));
  expect(hashes).toEqual(json.provider === "sketch" ? hashes : expectedHashes({ json }, job));
}

/** Pictures by name. */
function expectedHashes({ json }: Pick<Wanted, "json">, job: ShownJob): string[] {
  if (job.status !== "completed") return [];
  const { prompt = "", imageUrl } = json;
  if (imageUrl?.startsWith("data:")) return [sha256(pictureOf("sent along"))];
  if (imageUrl !== undefined) return [sha256(pictureOf("slow-lake.png"))];
  const files = filesOf({ reference: `${job.id}-${job.attempts}`, prompt, n: json.n ?? 1 });
  return files.map((file) => sha256(pictureOf(file)));
}
