// Where the API is: `config.json` beside the page says it, so that one build serves every operator.
import { type ClientOptions, createClient } from "dream-factory-client";
import { sessions } from "./session.ts";

/** `{"api": "https://…"}`, or what `npm run endpoints` writes; `{}`: the page's own origin. */
interface Configuration {
  api?: string;
  baseUrl?: string | null;
  functions?: Record<string, { method: string; url: string }>;
}

export async function clientOfThisPage() {
  return createClient({ ...placeOf(await configuration()), token: () => sessions.get()?.token ?? null });
}

async function configuration(): Promise<Configuration> {
  try {
    const response = await fetch("config.json");
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

function placeOf({ api, baseUrl = null, functions }: Configuration): Pick<ClientOptions, "baseUrl" | "endpoints"> {
  if (functions) return { endpoints: { baseUrl, functions } };
  return { baseUrl: new URL(api ?? baseUrl ?? location.origin, location.href).href };
}
