// The same film, written, drawn, filmed and spoken by models of Model Studio, or written by a model of one's own, in the whole product.
import { expect, test } from "vitest";
import { expectFilm, film, filmWish, makersOf, startStudio } from "../platforms/film.ts";
import { type Make, startChatServer } from "../servers/chat/server.ts";
import { startProduct } from "./local.ts";
import { creditsOf } from "./user.ts";

const common = { WELCOME_CREDITS: "100000", TIMER_SECONDS: "1" };

test("Model Studio writes, draws, films and speaks", async () => {
  await using studio = await startStudio();
  const product = await startProduct({
    environment: { ...common, ...studio.keys, TRUSTED_HOSTS: studio.hosts.join(",") },
  });
  try {
    const user = await product.register();
    const { production, nodes } = await film(user, filmWish);
    expect([production.status, production.reason]).toEqual(["completed", null]);
    const { output } = nodes.get("episode-e1-16x9") ?? {};
    await expectFilm(output, { durationMs: 10_000 });
    expect(new URL(output.url).origin).toBe(new URL(product.url).origin);
    expect(await makersOf(user, nodes)).toEqual({
      ...{ screenplay: ["cloud_qwen"], portrait: ["dashscope"], still: ["dashscope"] },
      ...{ clip: ["dashscope"], line: ["dashscope"] },
      ...{ cut: ["assembly"], episode: ["assembly"], subtitles: ["assembly"], poster: ["assembly"] },
    });
    expect(await creditsOf(user)).toMatchObject({ held: 0, balance: 100_000 - production.cost });
  } finally {
    await product.close();
  }
});

test.each<[string, Make, string]>([
  ["vLLM", "vllm", "LOCAL_QWEN"],
  ["Ollama", "ollama", "LOCAL_QWEN_VL"],
])("a model that %s serves writes, and what needs no key makes the rest", async (_, make, name) => {
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
