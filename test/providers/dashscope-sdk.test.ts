// The Vercel AI SDK's client for Model Studio passes against the same server as our adapter: as far as it speaks of videos.
import { type AlibabaProvider, createAlibaba } from "@ai-sdk/alibaba";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DashscopeServer, startDashscopeServer } from "../servers/dashscope/server.ts";

type Model = ReturnType<AlibabaProvider["video"]>;
type StartOptions = Parameters<NonNullable<Model["doStart"]>>[0];

const picture = "https://files.example.com/a.png";

describe("the vendor's API as @ai-sdk/alibaba speaks it", () => {
  let server: DashscopeServer;
  beforeAll(async () => {
    server = await startDashscopeServer({ queriesPerSecond: Infinity, startsPerSecond: Infinity });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const clientOf = (apiKey: string) => createAlibaba({ apiKey, videoBaseURL: server.url });

  async function start(id: string, given: Partial<StartOptions>, apiKey = server.key) {
    const model = clientOf(apiKey).video(id);
    const options = { prompt: "A quince", n: 1, providerOptions: {}, ...absent, ...given } as StartOptions;
    const started = await model.doStart?.(options);
    if (!started) throw new Error("the client starts no tasks");
    const look = () => model.doStatus?.({ operation: started.operation, providerOptions: {} } as never);
    return { id: (started.operation as { taskId: string }).taskId, warnings: started.warnings, look };
  }

  const videos: [name: string, model: string, given: Partial<StartOptions>][] = [
    ["words, as a size", "wan2.6-t2v", { resolution: "1280x720", duration: 10, seed: 7 }],
    ["words, of an earlier model", "wan2.5-t2v-preview", { resolution: "832x480", duration: 5 }],
    ["a first frame", "wan2.6-i2v", { image: { type: "url", url: picture }, resolution: "1920x1080" }],
    ["references", "wan2.6-r2v", { inputReferences: [{ type: "url", url: picture }], resolution: "1280x720" }],
    ["words, by the newer protocol", "wan2.7-t2v", { resolution: "1920x1080", aspectRatio: "9:16", duration: 2 }],
    ["references, by the newer protocol", "wan2.7-r2v", { inputReferences: [{ type: "url", url: picture }] }],
  ];
  it.each(videos)("starts a video of %s, and finds it", async (_, model, given) => {
    const { id, warnings, look } = await start(model, given);
    expect(warnings).toEqual([]);
    expect(await look()).toMatchObject({ status: "pending" });
    server.set(id, "RUNNING");
    expect(await look()).toMatchObject({ status: "pending" });
    server.set(id, "SUCCEEDED");
    const done = await look();
    if (done?.status !== "completed") throw new Error(JSON.stringify(done));
    const [found] = done.videos;
    if (found?.type !== "url") throw new Error("no URL");
    const file = await fetch(found.url);
    expect([file.status, file.headers.get("content-type")]).toEqual([200, "video/mp4"]);
  });

  it("understands a task that failed, and one that was cancelled", async () => {
    const failed = await start("wan2.6-t2v", {});
    server.set(failed.id, "FAILED", { code: "DataInspectionFailed", message: "may contain inappropriate content" });
    expect(await failed.look()).toMatchObject({ status: "error", error: expect.stringContaining("inappropriate") });
    const cancelled = await start("wan2.6-t2v", {});
    server.set(cancelled.id, "CANCELED");
    expect(await cancelled.look()).toMatchObject({ status: "error" });
  });

  it("understands why a start was refused", async () => {
    await expect(start("wan2.6-t2v", {}, "sk-wrong")).rejects.toThrow("Invalid API-key provided.");
    await expect(start("wan2.6-t2v", { duration: 60 })).rejects.toThrow("parameters.duration");
    await expect(start("wan9-t2v", {})).rejects.toThrow("Model not found");
  });
});

const absent = {
  ...{ aspectRatio: undefined, resolution: undefined, duration: undefined, fps: undefined, seed: undefined },
  ...{ image: undefined, generateAudio: undefined },
};
