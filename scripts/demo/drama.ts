// A short drama from a sentence: what is made of it, part by part, and what it costs.
import { setTimeout as pause } from "node:timers/promises";
import { type Api, type DramaRequest, type Node, type Output, type Production, Refusal } from "./api.ts";
import { checkCredits } from "./promises.ts";
import { creditsHeader, creditsRow, filmRow, type Screen } from "./screen.ts";

const LOOK_EVERY_MS = 250;

const usual = "一艘晚点的船，两个人在码头上等";

/** In the sentence's language. */
export function dramaOf(sentence: string | undefined): DramaRequest {
  const prompt = sentence ?? usual;
  const title = [...(prompt.split(/[，。,.!?！？；;]/u)[0] ?? prompt)].slice(0, 40).join("").trim();
  return { title: title || "Demo", prompt, durationSec: 30, scenesPerEpisode: 3 };
}

/** The files of the film, the film itself first. Throws when it is not completed, or costs more than it was to. */
export async function makeDrama(api: Api, screen: Screen, request: DramaRequest, signal: AbortSignal): Promise<Node[]> {
  screen.say(creditsHeader);
  await sayCredits(api, screen, "registered");
  const { id, budget } = await start(api, request, signal);
  await sayCredits(api, screen, `${budget} at most`);
  screen.say();
  const production = await follow(api, screen, id, signal);
  screen.say();
  await sayCredits(api, screen, "film done");
  if (production.status !== "completed")
    throw new Error(`The production is ${production.status}: ${production.reason}.`);
  const { held, totalSpent } = await api.credits();
  if (held !== 0 || totalSpent !== production.cost || production.cost > budget) {
    throw new Error(`It cost ${production.cost} of ${budget}, but ${totalSpent} were spent and ${held} are held.`);
  }
  return filesOf(await api.nodes(id));
}

/** Nothing is started before a timer of this version has come; the first one comes at once. */
async function start(api: Api, request: DramaRequest, signal: AbortSignal): Promise<Production> {
  for (;;) {
    try {
      return await api.generateDrama(request);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 503) throw error;
      await pause(LOOK_EVERY_MS, undefined, { signal });
    }
  }
}

async function follow(api: Api, screen: Screen, id: string, signal: AbortSignal): Promise<Production> {
  for (;;) {
    const production = await api.production(id);
    screen.show([filmRow(production)]);
    if (!["pending", "processing"].includes(production.status)) return production;
    await pause(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function sayCredits(api: Api, screen: Screen, when: string): Promise<void> {
  const [credits, ledger] = [await api.credits(), await api.ledger()];
  checkCredits(credits, ledger);
  screen.say(creditsRow(when, credits, ledger));
}

const shown = ["episode", "subtitles", "poster", "screenplay"];

function filesOf(nodes: readonly Node[]): Node[] {
  return shown.flatMap((kind) => nodes.filter((node) => node.kind === kind && node.output !== null));
}

export function requireFile({ id, output }: Node): Output {
  if (!output) throw new Error(`${id} has no file.`);
  return output;
}
