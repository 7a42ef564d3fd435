// Projects in the whole product: from a title to scenes, takes and portraits that are kept; who is faster, what is refused, and what goes.
import { createHash, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAccount } from "../../shared/credits/account.ts";
import { readLedger } from "../../shared/credits/ledger.ts";
import { jobOf } from "../../shared/jobs/job.ts";
import { checkLedger as checkBooks } from "../../shared/jobs/money/check-ledger.ts";
import { uploadOf } from "../../shared/uploads/upload.ts";
import { send } from "../uploads/sending.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, listAll, type ShownJob, type User, until } from "./user.ts";

let product: Product;
let user: User;

beforeAll(async () => {
  product = await startProduct({ environment: { TIMER_SECONDS: "1", MAX_PROJECTS: "30" } });
  user = await product.register();
});
afterAll(() => product.close());

/** What does not add up in the user's account, of credits and of bytes. */
async function differences(): Promise<string[]> {
  const { table } = product.runtime;
  const items = async (prefix: string) =>
    (await table.query({ partition: `user#${user.userId}`, prefix, order: "ascending", limit: 1000 })).items;
  const stored = await readAccount(table, user.userId);
  if (!stored) throw new Error("there is no account");
  const [jobs, uploads] = [(await items("job#")).map(jobOf), (await items("upload#")).map(uploadOf)];
  const { lines } = (await readLedger(table, user.userId, { limit: 1000 })) ?? { lines: [] };
  const ledger = { account: stored.account, olderLines: lines, jobs: jobs.map(({ job }) => job), uploads };
  return checkBooks(ledger, Date.now());
}

const call = async (method: string, path: string, json?: object, as = user) => {
  const { status, body } = await as.call(method, path, json === undefined ? {} : { json });
  return { status, data: body.data, message: body.message, type: body.error?.type, details: body.error?.details };
};

async function newProject(fields: object = {}, as = user): Promise<ShownJob> {
  const { status, data, message } = await call("POST", "/projects", { title: "The Ferry", ...fields }, as);
  expect([status, message]).toEqual([201, "success"]);
  return data;
}

/** With the scenes of a screenplay that is written. */
async function written(fields: object = {}): Promise<{ id: string; job: ShownJob }> {
  const { id } = await newProject({ durationSec: 30, ...fields });
  const json = { prompt: "A ferry that is late", seed: 3, dryRun: true };
  const job = await follow(user, (await create(user, json, `/projects/${id}/generate-scenes`)).id);
  expect(job).toMatchObject({ status: "completed", error: null });
  return { id, job };
}

const scenesOf = async (id: string) => (await call("GET", `/projects/${id}/scenes`)).data.items as ShownJob[];
const charactersOf = async (id: string) => (await call("GET", `/projects/${id}/characters`)).data.items as ShownJob[];
const put = (id: string, scene: string, json: object) => call("PUT", `/projects/${id}/scenes/${scene}`, json);

describe("a project", () => {
  test("is what was said of it, and what is usual where nothing was", async () => {
    const made = await newProject({ title: " 晚点的船 ", description: "一艘船", music: false, models: { video: {} } });
    expect(made).toEqual({
      ...{ id: made.id, title: "晚点的船", description: "一艘船", genre: "drama", language: "zh", episodes: 1 },
      ...{ scenesPerEpisode: 3, durationSec: 60, ratios: ["16:9"], style: "", models: { video: {} } },
      ...{ subtitles: "burnt", music: false, seed: expect.any(Number), onFailure: "degrade" },
      ...{
        draft: null,
        sceneOrder: null,
        running: null,
        version: 1,
        createdAt: made.createdAt,
        updatedAt: made.createdAt,
      },
    });
    const { data } = await call("GET", `/projects/${made.id}`);
    expect(data).toEqual({ ...made, drafts: [] });
    const [scenes, characters] = [await scenesOf(made.id), await charactersOf(made.id)];
    expect([scenes, characters]).toEqual([[], []]);
  });

  test("is made once by one key, and another request with it is refused", async () => {
    const headers = { "idempotency-key": randomUUID() };
    const ask = (title: string) => user.call("POST", "/projects", { json: { title }, headers });
    const all = await Promise.all(Array.from({ length: 8 }, () => ask("Once")));
    expect(new Set(all.map(({ body }) => body.data.id)).size).toBe(1);
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    expect((await ask("Twice")).status).toBe(422);
    await call("DELETE", `/projects/${all[0]?.body.data.id}`);
    expect((await ask("Once")).status).toBe(409);
  });

  test("is changed by who has read it last; what is left out stays", async () => {
    const { id, seed } = await newProject({ style: "ink", genre: "comedy" });
    const changed = await call("PUT", `/projects/${id}`, { version: 1, title: "Later", durationSec: 90 });
    expect(changed.data).toMatchObject({ title: "Later", durationSec: 90, style: "ink", genre: "comedy", version: 2 });
    expect(changed.data.seed).toBe(seed);
    expect(await call("PUT", `/projects/${id}`, { version: 1, title: "Too late" })).toMatchObject({
      ...{ status: 409, type: "conflict", message: expect.stringContaining("version 2") },
    });
    const both = await Promise.all(["a", "b"].map((title) => call("PUT", `/projects/${id}`, { version: 2, title })));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const winner = both.find(({ status }) => status === 200)?.data.title;
    expect((await call("GET", `/projects/${id}`)).data).toMatchObject({ title: winner, version: 3 });
  });

  test("is listed, the newest first, page by page, to nobody else", async () => {
    const other = await product.register();
    const made: string[] = [];
    for (const title of ["one", "two", "three"]) made.push((await newProject({ title }, other)).id);
    const { items, total } = await listAll(other, "/projects", 2);
    expect([items.map(({ id }) => id), total]).toEqual([made.toReversed(), 3]);
    const id = made[0];
    for (const [method, path, json] of [
      ["GET", "", undefined],
      ["PUT", "", { version: 1, title: "mine" }],
      ["DELETE", "", undefined],
      ["GET", "/scenes", undefined],
      ["GET", "/characters", undefined],
      ["PUT", "/scenes/e1s1", { version: 1 }],
      ["PUT", "/characters/c1", { version: 1 }],
      ["POST", "/generate-scenes", { prompt: "x" }],
      ["POST", "/generate-video", { sceneId: "e1s1" }],
    ] as const) {
      const { status, type } = await call(method, `/projects/${id}${path}`, json);
      expect([method, path, status, type]).toEqual([method, path, 404, "not_found"]);
    }
  });

  test("is one of as many as a user may have", async () => {
    const other = await product.register();
    for (let i = 0; i < 30; i++) await newProject({ title: `${i}` }, other);
    const refused = await call("POST", "/projects", { title: "31" }, other);
    expect(refused).toMatchObject({ status: 409, message: expect.stringContaining("Delete one") });
    const [{ id }] = (await listAll(other, "/projects")).items;
    await call("DELETE", `/projects/${id}`, undefined, other);
    await newProject({ title: "31" }, other);
  });
});

describe("generate-scenes", () => {
  test("gives the project its scenes by the time that the job reads as completed, for the price of a text", async () => {
    const before = await creditsOf(user);
    const { id } = await newProject({
      durationSec: 40,
      episodes: 2,
      genre: "comedy",
      models: { text: { provider: "sketch" } },
    });
    const json = { prompt: "A ferry that is late", scenesPerEpisode: 2 };
    const answer = await user.call("POST", `/projects/${id}/generate-scenes`, { json, headers: { prefer: "wait=20" } });
    expect([answer.status, answer.headers.get("location")]).toEqual([201, `/api/v1/jobs/${answer.body.data.id}`]);
    const job = answer.body.data;
    expect(job).toMatchObject({ type: "text", status: "completed", cost: 1, project: { id, state: "applied" } });
    const params = { title: "The Ferry", genre: "comedy", language: "en", episodes: 2, scenesPerEpisode: 2 };
    expect(job.params).toMatchObject({ ...params, durationSec: 40 });
    const screenplay: ShownJob = await (await fetch(job.outputs[0].url)).json();
    const project = (await call("GET", `/projects/${id}`)).data;
    expect(project).toMatchObject({ draft: job.id, drafts: [{ id: job.id, logline: screenplay.logline }] });
    const scenes = await scenesOf(id);
    expect(scenes.map((scene) => scene.id)).toEqual(["e1s1", "e1s2", "e2s1", "e2s2"]);
    const told = screenplay.episodes.flatMap((episode: { scenes: object[] }) => episode.scenes);
    for (const [i, scene] of scenes.entries()) {
      expect(scene).toMatchObject({ ...told[i], draft: job.id, takes: [], version: 1 });
      const seconds = scene.shots.reduce((sum: number, shot: ShownJob) => sum + shot.durationSec, 0);
      expect(seconds).toBe(scene.durationSec);
    }
    const characters = await charactersOf(id);
    expect(characters).toEqual(
      screenplay.characters.map((each: object) =>
        expect.objectContaining({ ...each, portrait: null, version: 1, draft: job.id }),
      ),
    );
    expect((await creditsOf(user)).balance).toBe(before.balance - 1);
    await checkLedger(user);
  });

  test("answers the same job for the same key and body, although the project has changed", async () => {
    const { id } = await newProject();
    const headers = { "idempotency-key": randomUUID() };
    const json = { prompt: "A ferry", dryRun: true };
    const ask = (path: string, body: object) => user.call("POST", path, { json: body, headers });
    const first = await ask(`/projects/${id}/generate-scenes`, json);
    await call("PUT", `/projects/${id}`, { version: 1, episodes: 2 });
    const again = await ask(`/projects/${id}/generate-scenes`, json);
    expect([first.status, again.status, again.body.data.id]).toEqual([202, 200, first.body.data.id]);
    expect((await ask(`/projects/${id}/generate-scenes`, { ...json, seed: 1 })).status).toBe(422);
    const other = await newProject();
    expect((await ask(`/projects/${other.id}/generate-scenes`, json)).status).toBe(422);
  });

  test("twice at once leaves the scenes of one, and those of the other as a proposal that can be chosen", async () => {
    const { id } = await newProject({ durationSec: 30 });
    const ask = (seed: number) =>
      create(user, { prompt: "A ferry", seed, dryRun: true }, `/projects/${id}/generate-scenes`);
    const jobs = await Promise.all((await Promise.all([ask(1), ask(2)])).map((job) => follow(user, job.id)));
    expect(jobs.map(({ project }) => project.state).toSorted()).toEqual(["applied", "proposed"]);
    const other = jobs.find(({ project }) => project.state === "proposed").id;
    const applied = jobs.find(({ project }) => project.state === "applied").id;
    const project = (await call("GET", `/projects/${id}`)).data;
    expect(project.draft).toBe(applied);
    expect(project.drafts.map((draft: ShownJob) => draft.id).toSorted()).toEqual([applied, other].toSorted());
    expect(new Set((await scenesOf(id)).map(({ draft }) => draft))).toEqual(new Set([applied]));
    const proposed = (await call("GET", `/projects/${id}/scenes?draft=${other}`)).data;
    expect([proposed.total, proposed.items.length]).toEqual([3, 3]);
    const chosen = await call("PUT", `/projects/${id}`, { version: project.version, draft: other });
    expect(chosen.data.draft).toBe(other);
    expect((await scenesOf(id))[0].draft).toBe(other);
    const unknown = await call("PUT", `/projects/${id}`, { version: chosen.data.version, draft: id });
    expect([unknown.status, unknown.details[0].path]).toEqual([400, "draft"]);
  });

  test("that fails changes nothing", async () => {
    const { id } = await newProject();
    const cancelled = await create(user, { prompt: "A ferry", dryRun: true }, `/projects/${id}/generate-scenes`);
    await call("DELETE", `/projects/${id}`);
    expect(await follow(user, cancelled.id)).toMatchObject({ status: "completed", project: { state: "gone" } });
  });
});

describe("a scene", () => {
  test("is edited: a line that is written anew leaves the shots, a longer scene has others", async () => {
    const { id } = await written();
    const [scene] = await scenesOf(id);
    const lines = scene.lines.map((line: ShownJob) => ({ ...line, text: "Something else entirely." }));
    const spoken = await put(id, scene.id, { version: 1, lines });
    expect(spoken.data).toEqual({ ...scene, lines, version: 2, updatedAt: spoken.data.updatedAt });
    const longer = await put(id, scene.id, { version: 2, durationSec: 30, mood: "tense" });
    expect(longer.data).toMatchObject({ durationSec: 30, mood: "tense", version: 3 });
    expect(longer.data.shots).toHaveLength(6);
    const shots = [{ seen: "The quay", characters: scene.characters, durationSec: 30, lines: lines.length }];
    const filmed = await put(id, scene.id, { version: 3, shots });
    expect(filmed.data.shots).toEqual([{ ...shots[0], clip: null }]);
    expect((await scenesOf(id))[0]).toEqual(filmed.data);
    expect(await put(id, scene.id, { version: 3, action: "Too late" })).toMatchObject({
      status: 409,
      type: "conflict",
    });
  });

  test("two who change it at once: one is told to read it again", async () => {
    const { id } = await written();
    const both = await Promise.all(["a", "b"].map((action) => put(id, "e1s1", { version: 1, action })));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect((await scenesOf(id))[0].action).toBe(both.find(({ status }) => status === 200)?.data.action);
  });

  test("has a clip as a take by the time that its job reads as completed; a shot may show it, and then its job stays", async () => {
    const { id } = await written({ ratios: ["1:1"], style: "ink" });
    const json = { sceneId: "e1s1", shot: 1, durationSec: 1, dryRun: true };
    const job = await follow(user, (await create(user, json, `/projects/${id}/generate-video`)).id);
    const draft = (await call("GET", `/projects/${id}`)).data.draft;
    expect(job).toMatchObject({
      type: "video",
      status: "completed",
      project: { id, draft, sceneId: "e1s1", state: "applied" },
    });
    expect(job.params).toMatchObject({ ratio: "1:1", durationSec: 1 });
    const [scene] = await scenesOf(id);
    expect(job.prompt).toContain(scene.shots[0].seen);
    expect(job.prompt.endsWith("ink")).toBe(true);
    const [output] = job.outputs;
    const take = { jobId: job.id, url: output.url, key: output.key, size: output.size, sha256: output.sha256 };
    expect(scene).toMatchObject({ version: 1, takes: [take] });
    const pinned = await put(id, "e1s1", { version: 1, clip: { jobId: job.id } });
    expect(pinned.data.shots[0].clip).toMatchObject(take);
    expect(await call("DELETE", `/jobs/${job.id}`)).toMatchObject({
      status: 409,
      message: expect.stringContaining("shot 1"),
    });
    expect((await put(id, "e1s1", { version: 2, clip: null })).data.shots[0].clip).toBeNull();
    expect((await call("DELETE", `/jobs/${job.id}`)).status).toBe(200);
    expect((await scenesOf(id))[0]).toMatchObject({ takes: [], version: 3 });
    expect(await put(id, "e1s1", { version: 3, clip: { jobId: job.id } })).toMatchObject({
      ...{ status: 400, details: [{ path: "clip.jobId" }] },
    });
  });

  test("is filmed as a user's own script says, from a picture of theirs", async () => {
    const { id } = await written();
    const png =
      "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const json = {
      sceneId: "e1s2",
      script: "A gull.",
      imageUrl: png,
      videoProvider: "sketch",
      durationSec: 1,
      dryRun: true,
    };
    const job = await follow(user, (await create(user, json, `/projects/${id}/generate-video`)).id);
    expect(job).toMatchObject({
      status: "completed",
      prompt: "A gull.",
      params: { inputs: [{ url: "data:image/png;base64,…" }] },
    });
    expect((await scenesOf(id))[1].takes).toMatchObject([{ jobId: job.id }]);
  });

  test.each<[string, object, string]>([
    ["no version", { action: "x" }, "version"],
    ["a character that is not there", { version: 1, characters: ["c9"] }, "characters.0"],
    ["a line of nobody's", { version: 1, lines: [{ character: "c9", text: "x" }] }, "lines.0.character"],
    [
      "five lines in a shot",
      { version: 1, shots: [{ seen: "x", characters: [], durationSec: 5, lines: 5 }] },
      "shots.0.lines",
    ],
    [
      "shots that are too short",
      { version: 1, shots: [{ seen: "x", characters: [], durationSec: 1, lines: 0 }] },
      "shots",
    ],
    [
      "seven shots",
      { version: 1, shots: Array(7).fill({ seen: "x", characters: [], durationSec: 1, lines: 0 }) },
      "shots",
    ],
    ["a clip of nobody's", { version: 1, clip: { jobId: "01900000-0000-7000-8000-000000000000" } }, "clip.jobId"],
    ["a mood that nobody has", { version: 1, mood: "hungry" }, "mood"],
  ])("refuses %s, by name", async (_, json, path) => {
    const { id } = await shared();
    const answer = await put(id, "e1s1", json);
    expect([answer.status, answer.details.map((detail: ShownJob) => detail.path)]).toEqual([
      400,
      expect.arrayContaining([path]),
    ]);
  });

  test("that is not there is not found", async () => {
    const { id } = await shared();
    for (const scene of ["e9s9", "e0s1", "x", "e1s11"]) expect((await put(id, scene, { version: 1 })).status).toBe(404);
  });
});

let kept: ReturnType<typeof written> | null = null;
const shared = () => (kept ??= written());

describe("the order of scenes", () => {
  test("is changed by who has read the project last, one at a time", async () => {
    const { id } = await written();
    const { version, sceneOrder } = (await call("GET", `/projects/${id}`)).data;
    expect(sceneOrder).toBeNull();
    const wanted = [
      ["e1s3", "e1s1", "e1s2"],
      ["e1s2", "e1s1", "e1s3"],
    ];
    const both = await Promise.all(
      wanted.map((each) => call("PUT", `/projects/${id}`, { version, scene_order: each })),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const won = both.find(({ status }) => status === 200)?.data;
    expect([won.version, wanted]).toEqual([version + 1, expect.arrayContaining([won.sceneOrder])]);
    const scenes = await scenesOf(id);
    expect(scenes.map((scene) => [scene.id, scene.number])).toEqual(
      won.sceneOrder.map((each: string, i: number) => [each, i + 1]),
    );
    const edited = await put(id, scenes[0].id, { version: 1, mood: "joy" });
    expect(edited.data).toMatchObject({ id: scenes[0].id, number: 1, mood: "joy" });
    const filmed = await create(
      user,
      { sceneId: scenes[0].id, durationSec: 1, dryRun: true },
      `/projects/${id}/generate-video`,
    );
    expect(await follow(user, filmed.id)).toMatchObject({ project: { sceneId: scenes[0].id, state: "applied" } });
    const back = await call("PUT", `/projects/${id}`, { version: version + 1, sceneOrder: null });
    expect([back.data.sceneOrder, (await scenesOf(id)).map((scene) => scene.id)]).toEqual([
      null,
      ["e1s1", "e1s2", "e1s3"],
    ]);
  });

  test.each<[string, unknown, string]>([
    ["none", [], "sceneOrder"],
    ["an id that is none", ["first", "e1s2", "e1s3"], "sceneOrder.0"],
    ["a scene that is not there", ["e1s1", "e1s2", "e1s4"], "sceneOrder.2"],
    ["a scene twice", ["e1s1", "e1s1", "e1s2"], "sceneOrder.1"],
    ["two of three", ["e1s1", "e1s2"], "sceneOrder"],
    ["a text", "e1s1,e1s2,e1s3", "sceneOrder"],
  ])("refuses %s, by name, changed or quoted", async (_, sceneOrder, path) => {
    const { id } = await shared();
    const changed = await call("PUT", `/projects/${id}`, { version: 1, sceneOrder });
    expect([changed.status, changed.details[0].path]).toEqual([400, path]);
    const quoted = await call("POST", `/projects/${id}/quote`, { edit: { sceneOrder } });
    expect([quoted.status, quoted.details[0].path]).toEqual([400, `edit.${path}`]);
  });
});

describe("settings", () => {
  test("that are not saved yet are quoted as if they were, and refused as they would be", async () => {
    const { id } = await shared();
    const ask = (settings: object) => call("POST", `/projects/${id}/quote`, { edit: { settings } });
    const before = (await ask({})).data;
    const inTwo = (await ask({ ratios: ["16:9", "9:16"], subtitles: "none" })).data;
    const added = inTwo.parts.filter((part: string) => !before.parts.includes(part));
    expect(added.every((part: string) => /^(cut|episode)-.*-9x16$/.test(part))).toBe(true);
    expect([added.length > 0, inTwo.parts.some((part: string) => part.startsWith("subtitles"))]).toEqual([true, false]);
    expect((await ask({ music: false })).data.parts).not.toContain("music-e1");
    for (const [settings, path] of [
      [{ models: { video: { provider: "nobody" } } }, "models.video.provider"],
      [{ durationSec: 10, scenesPerEpisode: 10 }, "durationSec"],
      [{ title: "" }, "edit.settings.title"],
      [{ budget: 3 }, "edit.settings.budget"],
    ] as const) {
      const answer = await ask(settings);
      expect([answer.status, answer.details[0].path]).toEqual([400, path]);
    }
    expect((await call("GET", `/projects/${id}`)).data).toMatchObject({ ratios: ["16:9"], version: 1 });
  });
});

describe("a character", () => {
  test("is changed, and keeps a copy of a picture when the picture's own job goes", async () => {
    const { id } = await written();
    const drawn = await follow(user, (await create(user, { prompt: "a face", size: "64x64" })).id);
    const used = (await call("GET", "/users/me")).data.storage.usedBytes;
    const json = { version: 1, name: "Mei", voice: "girl", portrait: { jobId: drawn.id, index: 0 } };
    const { data, status } = await call("PUT", `/projects/${id}/characters/c1`, json);
    expect(status).toBe(200);
    const { sha256, size } = drawn.outputs[0];
    expect(data).toMatchObject({
      id: "c1",
      name: "Mei",
      voice: "girl",
      version: 2,
      portrait: { sha256, size, width: 64 },
    });
    expect(data.portrait.key).toBe(`users/${user.userId}/projects/${id}/${sha256}.png`);
    const usedWith = (await call("GET", "/users/me")).data.storage.usedBytes;
    expect(usedWith - used).toBe(size);
    // The same picture again is the same copy.
    await call("PUT", `/projects/${id}/characters/c2`, { version: 1, portrait: { jobId: drawn.id, index: 0 } });
    expect((await call("GET", "/users/me")).data.storage.usedBytes).toBe(usedWith);
    expect((await call("DELETE", `/jobs/${drawn.id}`)).status).toBe(200);
    const file = Buffer.from(await (await fetch(data.portrait.url)).arrayBuffer());
    expect(createHash("sha256").update(file).digest("hex")).toBe(sha256);
    expect((await charactersOf(id)).slice(0, 2).map(({ portrait }) => portrait.sha256)).toEqual([sha256, sha256]);
    const none = await call("PUT", `/projects/${id}/characters/c1`, { version: 2, portrait: null });
    expect(none.data).toMatchObject({ portrait: null, version: 3, name: "Mei" });
    expect(await differences()).toEqual([]);
  });

  test("may be an upload", async () => {
    const { id } = await written();
    const drawn = await follow(user, (await create(user, { prompt: "a face", size: "64x64", dryRun: true })).id);
    const bytes = new Uint8Array(await (await fetch(drawn.outputs[0].url)).arrayBuffer());
    const announced = { filename: "face.png", contentType: "image/png", size: bytes.byteLength };
    const upload = (await call("POST", "/uploads", announced)).data;
    await send(upload.upload, bytes);
    await until(
      () => call("GET", `/uploads/${upload.uploadId}`),
      ({ data }) => data.status === "ready",
    );
    const json = { version: 1, portrait: { uploadId: upload.uploadId } };
    const { data } = await call("PUT", `/projects/${id}/characters/c1`, json);
    expect(data.portrait).toMatchObject({ sha256: drawn.outputs[0].sha256 });
    expect((await call("DELETE", `/uploads/${upload.uploadId}`)).status).toBe(200);
    expect((await fetch(data.portrait.url)).status).toBe(200);
  });

  test.each<[string, object, number, string]>([
    ["no version", { name: "x" }, 400, "version"],
    [
      "an upload that is not there",
      { version: 1, portrait: { uploadId: "01900000-0000-7000-8000-000000000000" } },
      400,
      "portrait.uploadId",
    ],
    [
      "a job that is not there",
      { version: 1, portrait: { jobId: "01900000-0000-7000-8000-000000000000", index: 0 } },
      400,
      "portrait.jobId",
    ],
    ["a URL", { version: 1, portrait: { url: "https://example.com/a.png" } }, 400, "portrait"],
    ["a voice that nobody has", { version: 1, voice: "Cherry" }, 400, "voice"],
  ])("refuses %s, by name", async (_, json, expected, path) => {
    const { id } = await shared();
    const answer = await call("PUT", `/projects/${id}/characters/c1`, json);
    expect([answer.status, answer.details[0].path]).toEqual([expected, path]);
  });
});

describe("a project that is deleted", () => {
  test("is gone at once, its scenes and pictures within a tick, and its room is free", async () => {
    const used = (await call("GET", "/users/me")).data.storage.usedBytes;
    const { id, job } = await written();
    const drawn = await follow(user, (await create(user, { prompt: "a face", size: "64x64", dryRun: true })).id);
    const json = { version: 1, portrait: { jobId: drawn.id, index: 0 } };
    const { data } = await call("PUT", `/projects/${id}/characters/c1`, json);
    expect((await call("DELETE", `/projects/${id}`)).status).toBe(200);
    expect((await call("DELETE", `/projects/${id}`)).status).toBe(404);
    expect((await call("GET", `/projects/${id}`)).status).toBe(404);
    await until(
      () => fetch(data.portrait.url),
      ({ status }) => status === 404,
    );
    const left = async () =>
      (
        await product.runtime.table.query({
          ...{ partition: `user#${user.userId}`, prefix: "", order: "ascending", limit: 1000 },
        })
      ).items.filter(({ sort }) => /^(scene|character|draft)#/.test(sort) && sort.includes(id));
    await until(left, (items) => items.length === 0);
    for (const each of [job.id, drawn.id]) await call("DELETE", `/jobs/${each}`);
    await until(
      async () => (await call("GET", "/users/me")).data.storage.usedBytes,
      (now) => now === used,
    );
    expect(await differences()).toEqual([]);
  });
});

test.each<[string, object, string]>([
  ["no title", {}, "title"],
  ["a title of blanks", { title: "  " }, "title"],
  ["a genre that nobody writes", { title: "x", genre: "opera" }, "genre"],
  ["no format", { title: "x", ratios: [] }, "ratios"],
  ["a format twice", { title: "x", ratios: ["1:1", "1:1"] }, "ratios"],
  ["an episode that is too short for its scenes", { title: "x", durationSec: 20, scenesPerEpisode: 10 }, "durationSec"],
  ["a provider that is not there", { title: "x", models: { video: { provider: "nobody" } } }, "models.video.provider"],
  ["a provider that only keeps", { title: "x", models: { image: { provider: "import" } } }, "models.image.provider"],
  [
    "a model that is not there",
    { title: "x", models: { text: { provider: "sketch", model: "x" } } },
    "models.text.model",
  ],
  ["a provider without a key", { title: "x", models: { video: { provider: "runway" } } }, "models.video.provider"],
  ["what is not known", { title: "x", budget: 3 }, "budget"],
])("POST /projects refuses %s, by name", async (_, json, path) => {
  const answer = await call("POST", "/projects", json);
  expect([answer.status, answer.details[0].path]).toEqual([400, path]);
});

test.each<[string, string, object, string]>([
  ["no prompt", "generate-scenes", {}, "prompt"],
  [
    "too many scenes for the time",
    "generate-scenes",
    { prompt: "x", scenesPerEpisode: 10, durationSec: 10 },
    "durationSec",
  ],
  ["a provider that writes nothing", "generate-scenes", { prompt: "x", provider: "runway" }, "provider"],
  ["no scene", "generate-video", {}, "sceneId"],
  ["a scene that is not there", "generate-video", { sceneId: "e7s1" }, "sceneId"],
  ["a shot that is not there", "generate-video", { sceneId: "e1s1", shot: 6 }, "shot"],
  ["a provider that films nothing", "generate-video", { sceneId: "e1s1", videoProvider: "openai" }, "videoProvider"],
  [
    "a picture of the network's",
    "generate-video",
    { sceneId: "e1s1", imageUrl: "http://169.254.169.254/latest" },
    "imageUrl",
  ],
  ["what is longer than the model can", "generate-video", { sceneId: "e1s1", durationSec: 50 }, "durationSec"],
])("refuses %s of %s, by name", async (_, route, json, path) => {
  const { id } = await shared();
  const answer = await call("POST", `/projects/${id}/${route}`, json);
  expect([answer.status, answer.details[0].path]).toEqual([400, path]);
});
