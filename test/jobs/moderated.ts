// Jobs whose content is looked at: by the product's own adapter, of a model behind a server.
import { onTestFinished } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import type { ModerationDeps } from "../../shared/jobs/deps.ts";
import { createLook } from "../../shared/moderation/look.ts";
import { create } from "../../shared/moderation/vlm/create.ts";
import type { Verdict } from "../../shared/ports/moderation.ts";
import type { Said } from "../servers/moderation/server.ts";
import { startVlm, type VlmServer } from "../servers/moderation/vlm.ts";
import type { World, WorldOptions } from "./fixture.ts";

export interface Moderated extends World {
  server: VlmServer;
}

export interface ModeratedOptions extends WorldOptions {
  onFailure?: ModerationDeps["onFailure"];
  onReview?: ModerationDeps["onReview"];
  look?: Partial<ModerationDeps["look"]>;
}

/** `openWorld`: of the test's own file, which sees to its end. */
export async function moderated(
  openWorld: (options: WorldOptions) => Promise<World>,
  { onFailure = "closed", onReview = "block", look, ...options }: ModeratedOptions = {},
): Promise<Moderated> {
  const server = await startVlm();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const service = create({ ...readConfig({}).moderation, ...server.config });
  const moderation = { service, look: { ...createLook({ ffmpegPath: null }), ...look }, onFailure, onReview };
  const world = await openWorld({ moderation, ...options });
  return Object.assign(world, { server });
}

export function found(verdict: Verdict): Said {
  return { verdict, categories: verdict === "allow" ? [] : ["violence/graphic"] };
}

/** Of words, and of pictures. */
export function findings(
  server: VlmServer,
  { words = "allow", pictures = "allow" }: { words?: Verdict; pictures?: Verdict },
) {
  server.says = (part) => found("text" in part ? words : pictures);
}

export function starts({ provider }: World): number {
  return provider.calls.filter(({ name }) => name === "start").length;
}

export async function keysBelow(world: World, prefix: string): Promise<string[]> {
  return (await world.objects(prefix)).map(({ key }) => key);
}
