// Every service passes the contract, each against its vendor's server; and what only one of them has.
import { createRequire } from "node:module";
import { describe, expect, it, onTestFinished } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import type { ModerationConfig } from "../../shared/config/moderation.ts";
import { create as createAliyun } from "../../shared/moderation/aliyun/create.ts";
import { create as createOpenai } from "../../shared/moderation/openai/create.ts";
import { create as createVlm } from "../../shared/moderation/vlm/create.ts";
import { moderationContract } from "../contracts/moderation.ts";
import { ofGateway, ofService, startAliyunModeration } from "../servers/moderation/aliyun.ts";
import { startOpenaiModeration } from "../servers/moderation/openai.ts";
import { refusal, said, startVlm } from "../servers/moderation/vlm.ts";

const configOf = (given: Partial<ModerationConfig>): ModerationConfig => ({ ...readConfig({}).moderation, ...given });
const live = () => AbortSignal.timeout(60_000);

moderationContract("openai", async () => {
  const server = await startOpenaiModeration();
  return {
    ...{
      server,
      category: "violence",
      hasReview: false,
      busy: { status: 429, body: { error: { code: "rate_limit_exceeded" } } },
    },
    moderation: createOpenai(configOf(server.config)),
    stranger: createOpenai(configOf({ ...server.config, apiKey: "wrong-key" })),
  };
});

moderationContract("aliyun", async () => {
  const server = await startAliyunModeration();
  return {
    ...{ server, category: "pornographic_adultContent", hasReview: true, busy: ofGateway(429, "Throttling.User") },
    moderation: createAliyun(configOf(server.config)),
    stranger: createAliyun(configOf({ ...server.config, accessKeySecret: "wrong-key" })),
  };
});

moderationContract("vlm", async () => {
  const server = await startVlm();
  return {
    ...{
      server,
      category: "hate",
      hasReview: true,
      busy: { status: 429, body: { error: { code: "limit_requests" } } },
    },
    moderation: createVlm(configOf(server.config)),
    stranger: createVlm(configOf({ ...server.config, apiKey: "wrong-key" })),
  };
});

describe("aliyun", () => {
  const started = async () => {
    const server = await startAliyunModeration();
    onTestFinished(() => server[Symbol.asyncDispose]());
    return { server, check: (text: string) => createAliyun(configOf(server.config)).check({ text }, live()) };
  };

  it("is told which of its services are meant", async () => {
    const { server } = await started();
    const named = configOf({ ...server.config, textService: "ai_art_detection", imageService: "baselineCheck_global" });
    const image = { bytes: new Uint8Array(), url: async () => `${server.url}/files/none.jpg` };
    await createAliyun(named)
      .check({ text: "a lake", images: [image] }, live())
      .catch(() => undefined);
    expect(server.services.sort()).toEqual(["ai_art_detection", "baselineCheck_global"]);
  });

  it.each([404, 480, 500, 588])("asks again later after its code %i", async (code) => {
    const { server, check } = await started();
    server.trouble("check", { when: "before", what: ofService(code, "…") });
    await expect(check("a lake")).rejects.toMatchObject({ type: "unavailable", forOperator: undefined });
  });

  it("tells the operator of a request that it will never take", async () => {
    const { server, check } = await started();
    server.trouble("check", { when: "before", what: ofService(400, "BAD_REQUEST") });
    await expect(check("a lake")).rejects.toMatchObject({ forOperator: expect.stringContaining("400") });
  });

  it("signs as Alibaba Cloud's own client does: the same server takes both", async () => {
    const { server, check } = await started();
    await check("a lake");
    const client = vendorsClient(server.url, server.key);
    const params = {
      action: "TextModerationPlus",
      version: "2022-03-02",
      protocol: "HTTP",
      pathname: "/",
      method: "POST",
    };
    const kinds = { authType: "AK", style: "RPC", reqBodyType: "formData", bodyType: "json" };
    const body = { Service: "llm_query_moderation", ServiceParameters: JSON.stringify({ content: "湖 & lake*" }) };
    const { body: answer } = await client.callApi({ ...params, ...kinds }, { body });
    expect(answer).toMatchObject({ Code: 200, Data: { RiskLevel: "none" } });
    expect(server.asked).toEqual([{ text: "a lake" }, { text: "湖 & lake*" }]);
    const wrong = vendorsClient(server.url, { ...server.key, accessKeySecret: "another" });
    await expect(wrong.callApi({ ...params, ...kinds }, { body })).rejects.toThrow(/SignatureDoesNotMatch/);
  });
});

/** What all of the vendor's SDKs for Node call through. */
function vendorsClient(url: string, key: { accessKeyId: string; accessKeySecret: string }) {
  const load = createRequire(createRequire(import.meta.url).resolve("@alicloud/fc20230330"));
  const { default: Client, $OpenApiUtil } = load("@alicloud/openapi-core");
  const { host } = new URL(url);
  const client = new Client(new $OpenApiUtil.Config({ ...key, endpoint: host, protocol: "HTTP" }));
  return {
    callApi: (params: object, request: object): Promise<{ body: unknown }> =>
      client.callApi(new $OpenApiUtil.Params(params), new $OpenApiUtil.OpenApiRequest(request), { autoretry: false }),
  };
}

describe("a model", () => {
  const started = async () => {
    const server = await startVlm();
    onTestFinished(() => server[Symbol.asyncDispose]());
    return { server, moderation: createVlm(configOf(server.config)) };
  };

  it.each([
    ["prose", "I think this is fine."],
    ["an empty text", ""],
    ["another verdict", '{"verdict":"ok","categories":[]}'],
    ["half of an answer", '{"verdict":"all'],
    ["a list", "[]"],
    ["an allowance with objections", '{"verdict":"allow","categories":["sexual/minors"]}'],
  ])("that answers with %s has allowed nothing", async (_, text) => {
    const { server, moderation } = await started();
    server.replies.push(text);
    expect((await moderation.check({ text: "a lake" }, live())).verdict).toBe("review");
  });

  it("that will not look has allowed nothing", async () => {
    const { server, moderation } = await started();
    server.replies.push(said(null, { refusal: "I can't help with that." }), said("", {}, "content_filter"));
    for (let n = 0; n < 2; n++) expect((await moderation.check({ text: "x" }, live())).verdict).toBe("review");
  });

  it("whose server refuses the content blocks it, as Model Studio's does", async () => {
    const { server, moderation } = await started();
    server.replies.push(refusal(400, "data_inspection_failed"));
    expect((await moderation.check({ text: "x" }, live())).verdict).toBe("block");
  });

  it("may put fences around its answer", async () => {
    const { server, moderation } = await started();
    server.replies.push('```json\n{"verdict":"block","categories":["hate"]}\n```');
    expect(await moderation.check({ text: "x" }, live())).toEqual({ verdict: "block", categories: [{ name: "hate" }] });
  });

  it("behind a server that takes no schema is asked without one, from then on", async () => {
    const { server, moderation } = await started();
    server.takesSchema = false;
    for (let n = 0; n < 2; n++) expect((await moderation.check({ text: "x" }, live())).verdict).toBe("allow");
    expect(server.count("check")).toBe(3);
  });

  it("needs no key where there is none", async () => {
    const { server } = await started();
    const open = createVlm(configOf({ ...server.config, apiKey: null }));
    await open.check({ text: "x" }, live()).catch(() => undefined);
    expect(server.requests[0]?.headers).not.toHaveProperty("authorization");
  });
});
