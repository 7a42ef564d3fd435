// OpenAI's own client, both majors that people have, unchanged but for its base URL: pictures, edits, speech, models, videos, errors.
import Openai from "openai";
import Openai6 from "openai-6";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Product, startProduct } from "../api/local.ts";
import { creditsOf, type User } from "../api/user.ts";

let product: Product;
let user: User;
const small = "256x256" as "1024x1024";

beforeAll(async () => {
  product = await startProduct({
    environment: {
      WELCOME_CREDITS: "200",
      TIMER_SECONDS: "1",
      PRICES: '{"test/sketch-slow":999}',
      MODEL_ALIASES: '{"gpt-image-1":"sketch/sketch","tts-1":"sketch/sketch"}',
    },
  });
  user = await product.register();
});
afterAll(async () => {
  await product.close();
});

const baseUrl = () => `${product.url}/api/v1/openai/v1`;

const majors = { "openai 7": Openai, "openai 6": Openai6 as unknown as typeof Openai };

describe.each(Object.entries(majors))("%s", (_, Client) => {
  const client = () => new Client({ baseURL: baseUrl(), apiKey: user.token });

  async function paying<T>(credits: number, act: () => Promise<T>): Promise<T> {
    const before = await creditsOf(user);
    const result = await act();
    expect((await creditsOf(user)).balance).toBe(before.balance - credits);
    return result;
  }

  test("gets pictures as URLs of the operator's store", async () => {
    const { data = [], created } = await paying(2, () =>
      client().images.generate({
        prompt: "a fox",
        model: "gpt-image-1",
        n: 2,
        size: small,
        quality: "high",
        style: "vivid",
        user: "u",
      }),
    );
    expect(created).toBeGreaterThan(1_700_000_000);
    expect(data).toHaveLength(2);
    for (const { url = "" } of data) {
      expect(url).toMatch(new RegExp(`^${product.url}/media/users/${user.userId}/jobs/`));
      const file = await fetch(url);
      expect([file.status, file.headers.get("content-type")]).toEqual([200, "image/png"]);
    }
  });

  test("gets them as base64 of the very files that are kept, and their job by a header", async () => {
    const { data, response } = await client()
      .images.generate({ prompt: "a hare", size: small, response_format: "b64_json" })
      .withResponse();
    const [picture] = data.data ?? [];
    const job = (await user.call("GET", `/jobs/${response.headers.get("x-job-id")}`)).body.data;
    const kept = await fetch(job.resultUrls[0]).then((file) => file.arrayBuffer());
    expect(job).toMatchObject({ status: "completed", prompt: "a hare", provider: "sketch" });
    expect(Buffer.from(picture?.b64_json ?? "", "base64").equals(Buffer.from(kept))).toBe(true);
  });

  test("has pictures of its own edited, one or several", async () => {
    const { data: made } = await client().images.generate({
      prompt: "a lake",
      size: small,
      response_format: "b64_json",
    });
    const bytes = Buffer.from(made?.[0]?.b64_json ?? "", "base64");
    const [typed, bare] = [new File([bytes], "a.png", { type: "image/png" }), new File([bytes], "b")];
    const one = await paying(1, () => client().images.edit({ prompt: "make it snow", image: typed, size: small }));
    expect(one.data).toHaveLength(1);
    const { response } = await paying(2, () =>
      client()
        .images.edit({ prompt: "make it rain", image: [typed, bare], n: 2, size: "auto" })
        .withResponse(),
    );
    const job = (await user.call("GET", `/jobs/${response.headers.get("x-job-id")}`)).body.data;
    expect(job).toMatchObject({ operation: "edit", outputs: [{}, {}] });
    expect(job.params.inputs).toHaveLength(2);
  });

  test("gets speech as the bytes that are kept, whatever voice and format it names", async () => {
    const spoken = await paying(1, () =>
      client().audio.speech.create({
        model: "tts-1",
        voice: "alloy",
        input: "Good morning.",
        response_format: "mp3",
        speed: 1,
      }),
    );
    expect(spoken.headers.get("content-type")).toBe("audio/wav");
    const job = (await user.call("GET", `/jobs/${spoken.headers.get("x-job-id")}`)).body.data;
    const kept = await fetch(job.resultUrls[0]).then((file) => file.arrayBuffer());
    expect(Buffer.from(await spoken.arrayBuffer()).equals(Buffer.from(kept))).toBe(true);
    expect(job.params.voice).toBe("woman");
  });

  test("lists models, each once, and retrieves one by a name with a slash in it", async () => {
    const ids: string[] = [];
    for await (const { id, object } of client().models.list()) ids.push(`${object} ${id}`);
    expect(ids).toEqual(expect.arrayContaining(["model sketch/sketch", "model gpt-image-1", "model test/sketch-slow"]));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => /import|assembly/.test(id))).toEqual([]);
    expect(await client().models.retrieve("sketch/sketch")).toEqual({
      id: "sketch/sketch",
      object: "model",
      created: 0,
      owned_by: "sketch",
    });
    await expect(client().models.retrieve("nobody/nothing")).rejects.toMatchObject({ status: 404, code: "not_found" });
  });

  test("makes a video, follows it, fetches it, pages through them, and removes it", async () => {
    const made = await paying(5, () =>
      client().videos.create({ prompt: "a train", model: "sketch/sketch" as "sora-2", seconds: "4", size: "720x1280" }),
    );
    expect(made).toMatchObject({ object: "video", prompt: "a train", seconds: "4", size: "720x1280", error: null });
    await expect(client().videos.downloadContent(made.id)).rejects.toMatchObject({ status: 409, code: "conflict" });
    const done = await videoEnded(() => client().videos.retrieve(made.id));
    expect(done).toMatchObject({
      status: "completed",
      progress: 100,
      seconds: "4",
      size: "720x1280",
      model: "sketch/sketch",
    });
    const content = await client().videos.downloadContent(made.id);
    const bytes = Buffer.from(await content.arrayBuffer());
    expect([content.headers.get("content-type"), bytes.toString("latin1", 4, 8)]).toEqual(["video/mp4", "ftyp"]);
    expect(content.url).toBe((done as { url?: string }).url);

    const other = await client().videos.create({ prompt: "a boat", seconds: "1" as "4", size: "1792x1024" });
    expect(other.size).toBe("1280x720");
    const listed: string[] = [];
    for await (const { id } of client().videos.list({ limit: 1 })) listed.push(id);
    expect(listed.slice(0, 2)).toEqual([other.id, made.id]);
    await expect(client().videos.list({ order: "asc" })).rejects.toMatchObject({ status: 400, param: "order" });

    await videoEnded(() => client().videos.retrieve(other.id));
    expect(await client().videos.delete(made.id)).toEqual({ id: made.id, object: "video.deleted", deleted: true });
    await expect(client().videos.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
    await client().videos.delete(other.id);
  });

  test("animates a picture, sent as a file or by its URL", async () => {
    const { data } = await client().images.generate({ prompt: "a mill", size: small });
    const url = data?.[0]?.url ?? "";
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
    const file = new File([bytes], "mill.png");
    const dataUrl = `data:image/png;base64,${bytes.toString("base64")}`;
    for (const input_reference of [file, { image_url: dataUrl }]) {
      const { id } = await client().videos.create({ prompt: "it turns", seconds: "4", input_reference });
      expect((await user.call("GET", `/jobs/${id}`)).body.data.params.inputs).toHaveLength(1);
      await user.call("POST", `/jobs/${id}/cancel`);
    }
  });

  const refusals: [string, (client: Openai) => Promise<unknown>, object][] = [
    ["no prompt", (c) => c.images.generate({ prompt: "" }), { status: 400, code: "invalid_request", param: "prompt" }],
    ["too many", (c) => c.images.generate({ prompt: "a", n: 10 }), { status: 400, param: "n" }],
    ["an odd size", (c) => c.images.generate({ prompt: "a", size: "big" as "auto" }), { status: 400, param: "size" }],
    ["a stream", (c) => c.images.generate({ prompt: "a", stream: true }), { status: 400, param: "stream" }],
    [
      "a name that nobody knows",
      (c) => c.images.generate({ prompt: "a", model: "dall-e-9" }),
      { status: 400, param: "model" },
    ],
    [
      "a mask",
      (c) => c.images.edit({ prompt: "a", image: new File(["x"], "x"), mask: new File(["x"], "x") }),
      { status: 400, param: "mask" },
    ],
    [
      "a text as a picture",
      (c) => c.images.edit({ prompt: "a", image: new File(["words"], "x.png") }),
      { status: 400, param: "inputs.0.url" },
    ],
    [
      "a voice that nobody has",
      (c) => c.audio.speech.create({ model: "default", voice: "robot", input: "a" }),
      { status: 400 },
    ],
    [
      "what is not offered",
      (c) => c.chat.completions.create({ model: "m", messages: [] }),
      { status: 404, code: "not_found" },
    ],
    [
      "content that is refused",
      (c) => c.images.generate({ prompt: "a", model: "test/sketch-refused" }),
      { status: 400, code: "moderation_blocked" },
    ],
    [
      "what it cannot pay",
      (c) => c.images.generate({ prompt: "a", n: 4, model: "test/sketch-slow" }),
      { status: 402, code: "insufficient_credits" },
    ],
  ];

  test.each(refusals)("is told of %s, in words and by a type, after one request", async (_what, act, expected) => {
    let requests = 0;
    const counting = new Client({
      ...{ baseURL: baseUrl(), apiKey: user.token },
      fetch: (...request: Parameters<typeof fetch>) => {
        // It asks a `data:` URL whether forms may be sent.
        if (String(request[0]).startsWith("http")) requests += 1;
        return fetch(...request);
      },
    });
    const error = await act(counting).then(
      () => null,
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(Client.APIError);
    expect(error).toMatchObject(expected);
    expect(error.message).toMatch(/^\d{3} \w/);
    expect(error.message).not.toMatch(/\{"/);
    expect(error.type).toBe(error.code);
    expect(error.requestID).toMatch(/^[0-9a-f-]{36}$/);
    expect(requests).toBe(1);
  });

  test("is told who may not come in", async () => {
    const nobody = new Client({ baseURL: baseUrl(), apiKey: "sk-nobody" });
    await expect(nobody.models.list()).rejects.toMatchObject({ status: 401, code: "unauthenticated" });
  });
});

test("a video may be asked for as JSON, as programs do that were written for this shape", async () => {
  const json = { model: "sketch", prompt: "a kite", seconds: "5", size: "1280x720", input_reference: null };
  const { status, body } = await user.call("POST", "/openai/v1/videos", { json });
  expect([status, body.object, body.seconds]).toEqual([200, "video", "5"]);
  const done = await videoEnded(async () => (await user.call("GET", `/openai/v1/videos/${body.id}`)).body);
  const file = await fetch(done.metadata.url);
  expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(1000);
});

test("an alias of a model that is not there is said when the server starts", async () => {
  const starting = startProduct({ environment: { MODEL_ALIASES: '{"gpt-image-1":"nobody/nothing"}' } });
  await expect(starting).rejects.toThrow(/MODEL_ALIASES there is no nobody\/nothing here/);
});

test("what is only tried costs nothing", async () => {
  const before = await creditsOf(user);
  const client = new Openai({ baseURL: baseUrl(), apiKey: user.token });
  const tried = { prompt: "a fox", size: small, dry_run: true };
  const { response } = await client.images.generate(tried as Openai.ImageGenerateParamsNonStreaming).withResponse();
  expect((await user.call("GET", `/jobs/${response.headers.get("x-job-id")}`)).body.data).toMatchObject({
    dryRun: true,
  });
  expect(await creditsOf(user)).toEqual(before);
});

test("a picture is no video", async () => {
  const made = await user.call("POST", "/openai/v1/images/generations", { json: { prompt: "a pot", size: small } });
  const id = made.headers.get("x-job-id");
  expect((await user.call("GET", `/openai/v1/videos/${id}`)).status).toBe(404);
  expect((await user.call("DELETE", `/openai/v1/videos/${id}`)).status).toBe(404);
});

test("nobody sees or removes the video of somebody else", async () => {
  const other = await product.register();
  const { body } = await user.call("POST", "/openai/v1/videos", { json: { prompt: "mine", seconds: 1 } });
  for (const [method, path] of [
    ["GET", ""],
    ["GET", "/content"],
    ["DELETE", ""],
  ] as const)
    expect((await other.call(method, `/openai/v1/videos/${body.id}${path}`)).status).toBe(404);
});

async function videoEnded<V extends { status: string }>(read: () => Promise<V>): Promise<V> {
  for (;;) {
    const video = await read();
    if (video.status === "completed" || video.status === "failed") return video;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
