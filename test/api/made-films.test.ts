// What there is to be had of a film over HTTP once it is made, and while it is not: exports, webhooks of its ends, and quotes of what would change it.
import { createHash } from "node:crypto";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Receiver, startReceiver } from "../servers/receiver.ts";
import { type Product, startProduct } from "./local.ts";
import { shortProject } from "./short-film.ts";
import { listAll, type ShownJob, type User, until } from "./user.ts";

let product: Product;
let user: User;
let receiver: Receiver;
let id: string;
let projectId: string;

const wish = {
  ...{ title: 'Ferry & "Pier"', prompt: "Two people wait at a pier", genre: "drama", language: "en" },
  ...{ durationSec: 10, scenesPerEpisode: 2, seed: 3 },
};

beforeAll(async () => {
  receiver = await startReceiver();
  product = await startProduct({
    environment: { WELCOME_CREDITS: "1000", TIMER_SECONDS: "1", TRUSTED_HOSTS: `127.0.0.1:${receiver.port}` },
  });
  user = await product.register();
  receiver.secrets = [(await user.call("GET", "/webhooks/secret")).body.data.secret];
  projectId = await shortProject(user, wish);
  const json = { webhook_url: `${receiver.url}/films` };
  const started = await user.call("POST", `/projects/${projectId}/productions`, { json });
  expect(started.status).toBe(202);
  ({ id } = started.body.data);
});

afterAll(async () => {
  await product.close();
  await receiver.close();
});

const exported = (format: string, headers: Record<string, string> = {}) =>
  user.call("GET", `/productions/${id}/export?format=${format}`, { headers });

async function textOf(format: string): Promise<{ type: string; text: string }> {
  const answer = await fetch(`${product.url}/api/v1/productions/${id}/export?format=${format}`, {
    headers: { authorization: `Bearer ${user.token}` },
  });
  expect([format, answer.status]).toEqual([format, 200]);
  return { type: answer.headers.get("content-type") ?? "", text: await answer.text() };
}

/** Asks until the file is there. */
async function fileOf(
  format: string,
): Promise<{ job: ShownJob; files: Record<string, Uint8Array>; bytes: Uint8Array }> {
  const answer = await exported(format, { prefer: "wait=20" });
  expect([answer.status, answer.body.data.status]).toEqual([200, "completed"]);
  const job = answer.body.data;
  const [output] = job.outputs;
  const answered = await fetch(output.url);
  expect(answered.headers.get("content-type")).toBe("application/zip");
  const bytes = new Uint8Array(await answered.arrayBuffer());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(output.sha256);
  return { job, files: unzipSync(bytes), bytes };
}

const textIn = (files: Record<string, Uint8Array>, name: string) => new TextDecoder().decode(files[name]);

test("while it is under way, a file of all of it is refused with what to do", async () => {
  const early = await exported("zip");
  expect([early.status, early.body.error.type]).toEqual([409, "conflict"]);
  expect(early.body.message).toContain("Wait until it has ended");
  const nothing = await exported("otio");
  expect([200, 409]).toContain(nothing.status);
  const headers = { prefer: "wait=20" };
  const ended = async () => (await user.call("GET", `/productions/${id}`, { headers })).body.data;
  const production = await until(ended, ({ status }) => status === "completed");
  const [message] = await receiver.got(1);
  expect(message?.body).toEqual({ type: "production.completed", timestamp: production.completedAt, data: production });
});

test("a zip holds every file as it is kept, what each was made of, and the screenplay; asked for twice it is one job", async () => {
  const { job, files, bytes } = await fileOf("zip");
  expect(job).toMatchObject({ type: "archive", provider: "archive", cost: 0, outputs: [{ type: "archive" }] });
  const manifest = JSON.parse(textIn(files, "manifest.json"));
  const { items: nodes } = await listAll(user, `/productions/${id}/nodes`);
  expect(manifest.files.map(({ node }: ShownJob) => node)).toEqual(nodes.map((node) => node.id));
  for (const { file, sha256, size } of manifest.files) {
    const content = files[file];
    expect([file, content?.length]).toEqual([file, size]);
    expect([
      file,
      createHash("sha256")
        .update(content ?? "")
        .digest("hex"),
    ]).toEqual([file, sha256]);
  }
  expect(Object.keys(files)).toEqual([
    ...["README.txt", "manifest.json", "screenplay.json"],
    ...manifest.files.map(({ file }: ShownJob) => file),
  ]);
  expect(Object.keys(files)).toEqual(
    expect.arrayContaining(["film/episode-e1-16x9.mp4", "stills/still-e1s1h1.png", "subtitles/subtitles-e1-srt.srt"]),
  );
  expect(JSON.parse(textIn(files, "screenplay.json"))).toMatchObject({ kind: "screenplay", title: wish.title });
  expect(textIn(files, "README.txt")).toContain(wish.title);
  expect(JSON.stringify(manifest)).not.toContain("http://");
  // Stored as they are.
  const size = Object.values(files).reduce((sum, { length }) => sum + length, 0);
  expect(bytes.length).toBeGreaterThan(size);
  const again = await exported("zip");
  expect([again.status, again.body.data.id]).toEqual([200, job.id]);
});

test("an export that was removed is made anew", async () => {
  const { job } = await fileOf("zip");
  expect((await user.call("DELETE", `/jobs/${job.id}`)).status).toBe(200);
  const { job: second, files } = await fileOf("zip");
  expect(second.id).not.toBe(job.id);
  expect(Object.keys(files).length).toBeGreaterThan(5);
});

test("OpenTimelineIO: the shots fill the episode, and point to the kept files", async () => {
  const { type, text } = await textOf("otio");
  expect(type).toBe("application/vnd.opentimelineio+json; charset=utf-8");
  const { OTIO_SCHEMA, tracks } = JSON.parse(text);
  expect([OTIO_SCHEMA, tracks.OTIO_SCHEMA]).toEqual(["Timeline.1", "Stack.1"]);
  const [video, dialogue, music] = tracks.children;
  expect([video.kind, dialogue.kind, music.name]).toEqual(["Video", "Audio", "Music"]);
  const frames = (track: ShownJob) =>
    track.children.reduce((sum: number, { source_range: range }: ShownJob) => sum + range.duration.value, 0);
  expect([frames(video), frames(dialogue)]).toEqual([144, 144]);
  const clips = [...video.children, ...dialogue.children].filter((child) => child.OTIO_SCHEMA === "Clip.1");
  const { files } = (await exported("json")).body.data;
  for (const { name, media_reference: media } of clips) {
    const file = files.find(({ node }: ShownJob) => node === name);
    expect([name, media.target_url]).toEqual([name, file?.url]);
    expect((await fetch(media.target_url, { method: "HEAD" })).status).toBe(200);
  }
});

test("Final Cut Pro XML: rational times in whole frames that follow each other, and every reference is a resource", async () => {
  const { type, text } = await textOf("fcpxml");
  expect(type).toBe("application/xml; charset=utf-8");
  expect(text).toContain('<fcpxml version="1.10">');
  expect(text).toContain('<project name="Ferry &amp; &quot;Pier&quot; – 1">');
  const times = [...text.matchAll(/ (?:offset|start|duration|frameDuration)="([^"]*)"/g)].map(([, time]) => time);
  expect(times.filter((time) => !/^(0s|\d+\/24s)$/.test(time ?? ""))).toEqual([]);
  const ids = new Set([...text.matchAll(/<asset id="([^"]+)"/g)].map(([, each]) => each));
  const refs = [...text.matchAll(/ ref="([^"]*)"/g)].map(([, ref]) => ref);
  expect(refs.filter((ref) => !ids.has(ref))).toEqual([]);
  expect(text).toContain('<sequence format="r1" duration="144/24s"');
  const spine = [
    ...text.matchAll(
      /<(?:asset-clip|video|gap) (?!ref="[^"]*" lane)[^>]*offset="([^"]*)" start="0s" duration="([^"]*)"/g,
    ),
  ];
  let at = 0;
  for (const [, offset, duration] of spine) {
    expect(Number.parseInt(offset ?? "", 10)).toBe(at);
    at += Number.parseInt(duration ?? "", 10);
  }
  expect(at).toBe(144);
});

test("a draft of JianYing: its materials lie beside it, and every segment has its material", async () => {
  const { files } = await fileOf("jianying");
  const draft = JSON.parse(textIn(files, "dream-factory-e1/draft_content.json"));
  expect(JSON.parse(textIn(files, "dream-factory-e1/draft_info.json"))).toEqual(draft);
  const meta = JSON.parse(textIn(files, "dream-factory-e1/draft_meta_info.json"));
  expect([meta.draft_id, meta.tm_duration]).toEqual([draft.id, 6_000_000]);
  const { videos, audios, texts, speeds } = draft.materials;
  const known = new Set([...videos, ...audios, ...texts].map((material) => material.id));
  const segments = draft.tracks.flatMap((track: ShownJob) => track.segments);
  expect(segments.filter((segment: ShownJob) => !known.has(segment.material_id))).toEqual([]);
  const refs = segments.flatMap((segment: ShownJob) => segment.extra_material_refs);
  expect(new Set(refs)).toEqual(new Set(speeds.map((speed: ShownJob) => speed.id)));
  for (const { path } of [...videos, ...audios]) {
    const [, name] = /^##_draftpath_placeholder_[0-9A-F-]{36}_##\/(materials\/.+)$/.exec(path) ?? [];
    expect(Object.keys(files)).toContain(`dream-factory-e1/${name}`);
  }
  for (const { segments: own } of draft.tracks) {
    const ends = own.map(({ target_timerange: { start, duration } }: ShownJob) => [start, start + duration]);
    expect(ends.every(([start]: number[], i: number) => i === 0 || (start ?? 0) >= (ends[i - 1]?.[1] ?? 0))).toBe(true);
  }
});

test("what there is not is 404, and what is no format is 400", async () => {
  expect((await exported("otio&episode=2")).status).toBe(404);
  expect((await exported("fcpxml&episode=21")).status).toBe(400);
  expect((await exported("edl")).status).toBe(400);
});

test("who waits gets what it has come to with the first answer: with nothing, nothing is made", async () => {
  const json = { ...wish, budget: 0, webhook_url: `${receiver.url}/films` };
  const headers = { prefer: "wait=25", "idempotency-key": "k" };
  const { status, body } = await user.call("POST", "/projects/generate-drama", { json, headers });
  expect([status, body.data.status, body.data.reason]).toEqual([201, "failed", "budget_exhausted"]);
  const again = await user.call("POST", "/projects/generate-drama", { json, headers });
  expect([again.status, again.body.data]).toEqual([200, body.data]);
  const messages = await receiver.got(2);
  expect(messages.find((message) => message.body.data.id === body.data.id)?.body).toEqual({
    ...{ type: "production.failed", timestamp: body.data.completedAt, data: body.data },
  });
  const { items } = (await user.call("GET", "/webhooks/deliveries")).body.data;
  expect(items).toMatchObject([
    { jobId: null, productionId: body.data.id },
    { id: `${id}-1`, productionId: id, round: 1 },
  ]);
});

test("a delivery of a production is sent again like that of a job", async () => {
  expect((await user.call("POST", `/webhooks/deliveries/${id}-1/redeliver`)).status).toBe(202);
  const messages = await receiver.got(3);
  expect(messages[2]?.body).toEqual(messages.find(({ body }) => body.data.id === id)?.body);
});

test("what a remake makes and costs is told before, and a webhook tells of its end", async () => {
  const quoted = await user.call("POST", `/productions/${id}/quote`, { json: { remake: ["poster-e1"] } });
  expect(quoted.status).toBe(200);
  const { parts, price } = quoted.body.data;
  expect(parts).toEqual(["poster-e1"]);
  const still = await user.call("POST", `/productions/${id}/quote`, { json: { remake: ["still-e1s1h1"] } });
  const behind = ["still-e1s1h1", "clip-e1s1h1", "cut-e1s1-16x9", "episode-e1-16x9"];
  expect(still.body.data.parts).toEqual(expect.arrayContaining(behind));
  expect(still.body.data.parts).not.toContain("portrait-c1");
  const remade = await user.call("POST", `/productions/${id}/nodes/poster-e1/remake`, { json: {} });
  expect([remade.status, remade.body.data.budget]).toEqual([202, price]);
  const early = await user.call("POST", `/productions/${id}/quote`, { json: {} });
  expect([early.status, early.body.error.type]).toEqual([409, "conflict"]);
  await until(
    async () => (await user.call("GET", `/productions/${id}`, { headers: { prefer: "wait=20" } })).body.data.status,
    (status) => status === "completed",
  );
  const messages = await receiver.got(4);
  expect(messages[3]?.body).toMatchObject({ type: "production.completed", data: { id, round: 2 } });
});

test("an edit is quoted before it is made: the line, its cut and its episode, and nothing else", async () => {
  const quote = async (json: object) => (await user.call("POST", `/projects/${projectId}/quote`, { json })).body;
  expect((await quote({})).data).toMatchObject({ parts: [], stale: [], price: 0 });
  const { items: scenes } = await listAll(user, `/projects/${projectId}/scenes`);
  const lines = scenes[0]?.lines.map((line: ShownJob, i: number) =>
    i === 0 ? { ...line, text: "No, it left." } : line,
  );
  const { parts, stale, price } = (await quote({ edit: { scenes: [{ id: "e1s1", lines }] } })).data;
  const own = ["line-e1s1l1", "cut-e1s1-16x9", "episode-e1-16x9", "subtitles-e1-srt", "subtitles-e1-vtt"];
  expect(parts.toSorted()).toEqual(own.toSorted());
  expect(stale).toEqual(parts);
  expect(price).toBeGreaterThan(0);
  expect((await quote({})).data.parts).toEqual([]);
  const wrong = await quote({ edit: { scenes: [{ id: "e1s1", version: 1 }] } });
  expect(wrong.error.details[0].path).toContain("edit.scenes.0");
  const stranger = await quote({ edit: { scenes: [{ id: "e2s1", mood: "sad" }] } });
  expect(stranger.error.details).toEqual([{ path: "edit.scenes.0.id", message: "is not there in this draft" }]);
});

test("a webhook's address is checked before anything is started, and a project goes although it is filmed", async () => {
  const foreign = await user.call("POST", `/projects/${projectId}/productions`, {
    json: { webhookUrl: "http://10.0.0.7/hook" },
  });
  expect([foreign.status, foreign.body.error.details[0].path]).toEqual([400, "webhookUrl"]);
  const started = await user.call("POST", "/projects/generate-drama", {
    json: { ...wish, seed: 4, webhookUrl: `${receiver.url}/films` },
  });
  const { id: running, projectId: filmed } = started.body.data;
  expect((await user.call("DELETE", `/projects/${filmed}`)).status).toBe(200);
  expect((await user.call("GET", `/projects/${filmed}`)).status).toBe(404);
  const messages = await receiver.got(5);
  expect(messages[4]?.body).toMatchObject({
    type: "production.cancelled",
    data: { id: running, reason: "project_deleted" },
  });
  const gone = async () => (await user.call("GET", `/productions/${running}`)).status;
  expect(await until(gone, (status) => status === 404)).toBe(404);
  expect((await user.call("GET", "/credits")).body.data.held).toBe(0);
});
