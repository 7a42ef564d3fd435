// The same film, written by a model of one's own; what needs no key makes the rest.
import { expect, test } from "vitest";
import { expectFilm, film, filmWish, makersOf } from "../platforms/film.ts";
import { type Make, startChatServer } from "../servers/chat/server.ts";
import { startProduct } from "./local.ts";
import { creditsOf } from "./user.ts";

const common = { WELCOME_CREDITS: "100000", TIMER_SECONDS: "1" };

test.each<[string, Make, string]>([
  ["vLLM", "vllm", "LOCAL_QWEN"],
  ["Ollama", "ollama", "LOCAL_QWEN_VL"],
])("a model that %s serves writes", async (_, make, name) => {
  await using server = await startChatServer(make, "some/model");
  const product = await startProduct({
    environment: {
      ...{ ...common, [`${name}_BASE_URL`]: server.baseUrl, [`${name}_MODELS`]: server.model },
      ...{ [`${name}_API_KEY`]: server.key, TRUSTED_HOSTS: server.host },
    },
  });
  try {
    const user = await product.register();
    const models = { text: { provider: name.toLowerCase() } };
    const { production, nodes } = await film(user, { ...filmWish, models });
    expect([production.status, production.reason]).toEqual(["completed", null]);
    expect(await makersOf(user, nodes)).toMatchObject({ screenplay: [name.toLowerCase()], still: ["sketch"] });
    expect(server.count("start")).toBe(1);
    await expectFilm(nodes.get("episode-e1-16x9")?.output, { durationMs: 10_000 });
    expect(await creditsOf(user)).toMatchObject({ held: 0, balance: 100_000 - production.cost });
  } finally {
    await product.close();
  }
});
