// A studio that looks used: works of every kind, one that is being made, one that failed, and a drama with its film.
import type { Product } from "../api/local.ts";
import { create, follow, type User } from "../api/user.ts";

const pictures = [
  ["A ferry at moonrise on a wide river, lantern light on the water", "1280x720"],
  ["A fox under a red hill", "768x1024"],
  ["春江花月夜，木版画", "1024x1024"],
  ["Tea hills after the rain", "1280x720"],
  ["Night train through the snow", "1024x768"],
  ["A crane and the sun, paper cut", "1024x1024"],
  ["City at sunset, rain on glass", "720x1280"],
  ["A whale under the stars", "1280x720"],
  ["Caravan in the dunes", "1280x768"],
] as const;

export async function fill(user: User): Promise<void> {
  for (const [prompt, size] of pictures) await follow(user, (await create(user, { prompt, size })).id);
  const video = await create(
    user,
    { prompt: "Lighthouse at dusk, the beam turns", durationSec: 5 },
    "/ai/generate-video",
  );
  const voice = await create(user, { prompt: "You are late again, Zhou Du.", voice: "woman" }, "/ai/generate-speech");
  await Promise.all([follow(user, video.id), follow(user, voice.id)]);
  const failed = await create(user, { prompt: "Portrait of a film star", model: "sketch-refused" });
  await follow(user, failed.id);
}

/** Answers the project's id; its film is made. */
export async function filmOf(user: User, json: object): Promise<string> {
  const begun = (await user.call("POST", "/projects/generate-drama", { json })).body.data;
  for (;;) {
    const { status } = (await user.call("GET", `/productions/${begun.id}`)).body.data;
    if (status === "completed") return begun.projectId;
    if (status === "failed") throw new Error("The film was not made.");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

export const settings = { WELCOME_CREDITS: "400" };
export type Studio = Product;
