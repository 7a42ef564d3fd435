// Every vendor on both clouds' zips: one job each from the HTTP request to the file in the store, against the vendor's server.
import { expect, onTestFinished, test } from "vitest";
import { vendorIds } from "../../shared/config/vendors.ts";
import { eventually } from "../patience.ts";
import { startArkServer } from "../servers/ark/server.ts";
import { type Make, startChatServer } from "../servers/chat/server.ts";
import { startDashscopeServer } from "../servers/dashscope/server.ts";
import { startFalServer } from "../servers/fal/server.ts";
import { startKlingServer } from "../servers/kling/server.ts";
import { startOpenaiServer } from "../servers/openai/server.ts";
import { startRunwayServer } from "../servers/runway/server.ts";
import { startStabilityServer } from "../servers/stability/server.ts";
import type { VendorServer } from "../servers/vendor/vendor-server.ts";
import { deployOnAliyun } from "./deployments/aliyun.ts";
import { deployOnAws } from "./deployments/aws.ts";
import { vendorJobOn } from "./vendor-job.ts";

interface Vendor {
  server: VendorServer & { finishAll?: () => void | Promise<void> };
  keys: Record<string, string>;
  /** Beside the provider. */
  request: object;
  path?: string;
}

const films = "/ai/generate-video";
const prompt = "a lake at dawn";

async function chat(make: Make): Promise<Vendor> {
  const server = await startChatServer(make, "some/model");
  const keys = { API_KEY: server.key, BASE_URL: server.baseUrl, MODELS: server.model };
  return { server, keys, request: { prompt, language: "en" }, path: "/ai/generate-screenplay" };
}

const start: Record<(typeof vendorIds)[number], () => Promise<Vendor>> = {
  async dashscope() {
    const server = await startDashscopeServer();
    return { server, keys: { API_KEY: server.key, BASE_URL: server.url }, request: { prompt } };
  },
  async openai() {
    const server = await startOpenaiServer();
    return { server, keys: { API_KEY: server.key, BASE_URL: server.baseUrl }, request: { prompt } };
  },
  async stability() {
    const server = await startStabilityServer();
    return { server, keys: { API_KEY: server.key, BASE_URL: server.url }, request: { prompt } };
  },
  async runway() {
    const server = await startRunwayServer();
    const request = { prompt, model: "gen4.5", durationSec: 2 };
    return { server, keys: { API_KEY: server.key, BASE_URL: server.url }, request, path: films };
  },
  async fal() {
    const server = await startFalServer();
    return { server, keys: { API_KEY: server.key, BASE_URL: server.url }, request: { prompt } };
  },
  async kling() {
    const server = await startKlingServer();
    const keys = { API_KEY: server.accessKey, SECRET_KEY: server.secretKey, BASE_URL: server.url };
    return { server, keys, request: { prompt, model: "kling-v2-6", durationSec: 5 }, path: films };
  },
  async ark() {
    const server = await startArkServer();
    const request = { prompt, model: "doubao-seedance-1-0-pro-250528", durationSec: 5 };
    return { server, keys: { API_KEY: server.key, BASE_URL: server.url }, request, path: films };
  },
  cloud_qwen: () => chat("model studio"),
  openai_chat: () => chat("openai"),
  local_qwen: () => chat("vllm"),
  local_qwen_vl: () => chat("ollama"),
};

test.each([
  ["Lambda, S3 and DynamoDB", deployOnAws],
  ["Function Compute, OSS and Tablestore", deployOnAliyun],
] as const)("on %s each vendor makes what is asked for, and it is kept and paid for once", async (_, deploy) => {
  await using servers = new AsyncDisposableStack();
  const vendors = await Promise.all(
    vendorIds.map(async (id) => {
      const vendor = await start[id]();
      servers.use(vendor.server);
      return { id, ...vendor };
    }),
  );
  const keys = vendors.flatMap(({ id, keys }) =>
    Object.entries(keys).map(([name, value]) => [`${id.toUpperCase()}_${name}`, value]),
  );
  const deployment = await deploy({
    vendors: vendorIds,
    functions: ["generate-video", "generate-screenplay"],
    environment: {
      VENDOR_KEYS: JSON.stringify(Object.fromEntries(keys)),
      TRUSTED_HOSTS: vendors.map(({ server }) => server.host).join(","),
    },
  });
  onTestFinished(() => deployment.close());
  for (const { id, server, request, path } of vendors) {
    const job = await vendorJobOn(deployment, {
      ...{ request: { ...request, provider: id }, ...(path && { path }) },
      async finish() {
        await eventually(() => expect(server.count("start")).toBe(1));
        await server.finishAll?.();
      },
    });
    expect(job).toMatchObject({ provider: id });
    expect([id, server.count("start")]).toEqual([id, 1]);
  }
});
