// OpenAI, as the suite of misbehaving vendors has to know it.
import type { MisbehavingSetup } from "../../contracts/misbehaving-vendor.ts";
import { startOpenaiServer } from "../../servers/openai/server.ts";
import { vendor } from "./vendor.ts";

export function openai(variant?: "URLs"): MisbehavingSetup {
  const error = (status: number, code: string, type = "invalid_request_error") => ({
    status,
    body: { error: { message: `It is ${code}.`, type, param: null, code } },
  });
  const holding = (...data: object[]) => ({ status: 200, body: { created: 1_713_833_628, data } });
  return vendor({
    id: "openai",
    ...(variant && { variant }),
    async start() {
      const server = await startOpenaiServer();
      if (variant) server.useUrls();
      return server;
    },
    environment: ({ key, baseUrl }) => ({ OPENAI_API_KEY: key, OPENAI_BASE_URL: baseUrl }),
    request: { path: "/ai/generate-image", body: { provider: "openai", prompt: "a quince" } },
    succeedsAt: "start",
    files: variant ? "url" : "answer",
    says: {
      throttled: error(429, "rate_limit_exceeded", "requests"),
      broken: error(500, "server_error", "server_error"),
      keyRefused: error(401, "invalid_api_key"),
      refused: error(400, "moderation_blocked", "image_generation_user_error"),
      nothing: holding(),
      withoutFile: holding({ revised_prompt: "a quince" }),
      holding: (bytes) => holding({ b64_json: Buffer.from(bytes).toString("base64") }),
    },
  });
}
