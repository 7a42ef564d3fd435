// A short film whose every part is made by Model Studio's server: who writes, draws, films and speaks, and what comes of it.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { listAll, type ShownJob, type User, until } from "../api/user.ts";
import { anyProgram } from "../providers/videos.ts";
import { startChatServer } from "../servers/chat/server.ts";
import { startDashscopeServer } from "../servers/dashscope/server.ts";
import type { SampleFile } from "../servers/vendor/sample-files.ts";

const run = promisify(execFile);

export interface Studio extends AsyncDisposable {
  /** Settings by which the product finds it, without those of trusted hosts. */
  keys: Record<string, string>;
  hosts: string[];
  /** How often each model was asked to begin. */
  asked(): Record<string, number>;
}

export async function startStudio(): Promise<Studio> {
  const writer = await startChatServer("model studio", "qwen-plus");
  const maker = await startDashscopeServer({
    ...{ finishAfterMs: 500, startsPerSecond: 50, queriesPerSecond: 100 },
    files: await samples(),
  });
  return {
    keys: {
      ...{ CLOUD_QWEN_API_KEY: writer.key, CLOUD_QWEN_BASE_URL: writer.baseUrl, CLOUD_QWEN_MODELS: writer.model },
      ...{ DASHSCOPE_API_KEY: maker.key, DASHSCOPE_BASE_URL: maker.url },
    },
    hosts: [writer.host, maker.host],
    asked() {
      const counts: Record<string, number> = { [writer.model]: writer.count("start") };
      for (const { kind, body } of maker.requests) {
        const { model } = kind === "start" ? JSON.parse(String(body)) : {};
        if (model) counts[model] = (counts[model] ?? 0) + 1;
      }
      return counts;
    },
    async [Symbol.asyncDispose]() {
      await writer[Symbol.asyncDispose]();
      await maker[Symbol.asyncDispose]();
    },
  };
}

/** As large and as long as the real ones are. */
async function samples() {
  const folder = await mkdtemp(join(tmpdir(), "dream-factory-samples-"));
  const make = async (extension: SampleFile["extension"], contentType: string, ...args: string[]) => {
    const path = join(folder, `sample.${extension}`);
    await run(anyProgram(), ["-v", "error", "-f", "lavfi", ...args, path], { timeout: 60_000 });
    return { bytes: await readFile(path), contentType, extension };
  };
  try {
    return {
      image: await make("png", "image/png", "-i", "testsrc2=s=1280x720", "-frames:v", "1"),
      video: await make("mp4", "video/mp4", "-i", "testsrc2=s=640x360:r=24:d=5", "-pix_fmt", "yuv420p"),
      audio: await make("wav", "audio/wav", "-i", "sine=f=220:r=24000:d=1.2"),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const filmWish = {
  ...{ title: "The late ferry", prompt: "A ferry that is late", genre: "drama", language: "en", seed: 3 },
  ...{ durationSec: 10, scenesPerEpisode: 1, music: false },
  models: {
    ...{ text: { provider: "cloud_qwen" }, image: { provider: "dashscope" } },
    ...{ video: { provider: "dashscope" }, audio: { provider: "dashscope" } },
  },
};

/** Asks for a film and waits for it; answers the production and its nodes, by their ids. */
export async function film(user: User, wish: object): Promise<{ production: ShownJob; nodes: Map<string, ShownJob> }> {
  // Until a timer has said that it knows productions, nobody may begin one.
  const started = await until(
    () => user.call("POST", "/projects/generate-drama", { json: wish }),
    ({ status }) => status !== 503,
  );
  expect([started.status, started.body.message]).toEqual([202, "success"]);
  const { id } = started.body.data;
  const production = await until(
    async () => (await user.call("GET", `/productions/${id}`)).body.data,
    ({ status }) => ["completed", "failed", "cancelled"].includes(status),
  );
  const { items } = await listAll(user, `/productions/${id}/nodes`);
  return { production, nodes: new Map(items.map((node) => [node.id, node])) };
}

/** Which providers made the nodes of each kind. */
export async function makersOf(user: User, nodes: Map<string, ShownJob>): Promise<Record<string, string[]>> {
  const makers: Record<string, string[]> = {};
  for (const { kind, makes } of nodes.values()) {
    for (const { jobId } of makes) {
      const { provider } = (await user.call("GET", `/jobs/${jobId}`)).body.data;
      makers[kind] = [...new Set([...(makers[kind] ?? []), provider])];
    }
  }
  return makers;
}

/** It is there as it is told, and can be decoded to its end. */
export async function expectFilm({ url, size, durationMs }: ShownJob, wanted: { durationMs: number }): Promise<void> {
  const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
  expect([bytes.length, durationMs]).toEqual([size, wanted.durationMs]);
  const folder = await mkdtemp(join(tmpdir(), "dream-factory-film-"));
  try {
    const path = join(folder, "film.mp4");
    await writeFile(path, bytes);
    const { stderr } = await run(anyProgram(), ["-v", "error", "-xerror", "-i", path, "-f", "null", "-"]);
    expect(stderr).toBe("");
  } finally {
    await rm(folder, { recursive: true });
  }
}
