// A film that models of Model Studio write, draw, film and speak, in the whole product.
import { expect, test } from "vitest";
import { expectFilm, film, filmWish, makersOf, startStudio } from "../platforms/film.ts";
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
