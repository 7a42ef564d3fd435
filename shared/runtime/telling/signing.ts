// What an operator is told of signing files: what a profile lacks, and what will end.
import type { Config } from "../../config/config.ts";
import { loading } from "../../labels/c2pa/read.ts";

const WARN_AHEAD_MS = 30 * 24 * 60 * 60_000;

/** A line each. `now`: epoch milliseconds. */
export async function signingWarnings(
  { labels, c2pa }: Pick<Config, "labels" | "c2pa">,
  now: number,
): Promise<string[]> {
  const { profile } = labels;
  const demands = profile === "eu" || profile === "all";
  if (!c2pa) return demands ? [unsigned(profile)] : [];
  if (profile === "none") return ["warning: C2PA_CERTIFICATE is set, and nothing is signed: LABEL_PROFILE is none"];
  const lines = [...ending(c2pa.expiresAt, now, demands), ...(await missing(demands))];
  if (c2pa.tsaUrl === null)
    lines.push("warning: C2PA_TSA_URL is not set: signatures are good only until the certificate ends");
  return lines;
}

function unsigned(profile: string): string {
  return `warning: LABEL_PROFILE is ${profile}, and files are not signed: C2PA_CERTIFICATE and C2PA_PRIVATE_KEY are not set`;
}

function ending(expiresAt: number, now: number, demands: boolean): string[] {
  const day = new Date(expiresAt).toISOString().slice(0, 10);
  if (expiresAt <= now) return [`warning: C2PA_CERTIFICATE has run out (${day}): ${consequence(demands)}`];
  return expiresAt - now > WARN_AHEAD_MS
    ? []
    : [`warning: C2PA_CERTIFICATE runs out on ${day}: get the next one before`];
}

/** It is optional, and made for few kinds of machines. */
async function missing(demands: boolean): Promise<string[]> {
  try {
    await loading(import("@contentauth/c2pa-node/dist/Builder.js"));
    return [];
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return [`warning: ${words.split("\n")[0]} Here ${consequence(demands)}`];
  }
}

function consequence(demands: boolean): string {
  return demands ? "jobs whose files could be signed will fail" : "files are not signed";
}
