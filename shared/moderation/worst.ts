// Several findings as one, and what a service calls things as names that can be shown.
import type { Category, Content, Finding, Verdict } from "../ports/moderation.ts";
import { verdicts } from "../ports/moderation.ts";

/** Asked at once; a service that has a limit says so. */
const AT_ONCE = 4;
const MOST_CATEGORIES = 8;

export type Part = { text: string } | { image: NonNullable<Content["images"]>[number] };

/** Asks about each part by itself, a few at once, and about none any more when one is blocked. The worst counts. */
export async function worstOf(
  content: Content,
  signal: AbortSignal,
  checkPart: (part: Part, signal: AbortSignal) => Promise<Finding>,
): Promise<Finding> {
  signal.throwIfAborted();
  const parts = partsOf(content);
  const findings: Finding[] = [];
  for (let i = 0; i < parts.length && !findings.some(isBlock); i += AT_ONCE) {
    findings.push(...(await allOf(parts.slice(i, i + AT_ONCE), signal, checkPart)));
  }
  return together(findings);
}

/** The first that rejects ends the others, unless one of them has found what decides. */
async function allOf(
  parts: readonly Part[],
  signal: AbortSignal,
  checkPart: (part: Part, signal: AbortSignal) => Promise<Finding>,
): Promise<Finding[]> {
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const asked = parts.map((part) =>
    checkPart(part, stop).then(
      (finding) => {
        if (isBlock(finding)) over.abort();
        return finding;
      },
      (error) => {
        over.abort();
        throw error;
      },
    ),
  );
  const settled = await Promise.allSettled(asked);
  signal.throwIfAborted();
  const found = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  if (found.some(isBlock)) return found;
  // Those that were ended with it come to nothing else than that.
  const thrown = settled.filter((each) => each.status === "rejected").map(({ reason }) => reason);
  const first = thrown.find((reason) => !(reason instanceof Error && reason.name === "AbortError")) ?? thrown[0];
  if (first !== undefined) throw first;
  return found;
}

function partsOf({ text = "", images = [] }: Content): Part[] {
  return [...(text.trim() === "" ? [] : [{ text }]), ...images.map((image) => ({ image }))];
}

function isBlock({ verdict }: Finding): boolean {
  return verdict === "block";
}

export function together(findings: readonly Finding[]): Finding {
  const rank = (verdict: Verdict) => verdicts.indexOf(verdict);
  const verdict = findings.reduce<Verdict>(
    (worst, next) => (rank(next.verdict) > rank(worst) ? next.verdict : worst),
    "allow",
  );
  const categories = verdict === "allow" ? [] : named(findings.flatMap((finding) => finding.categories));
  return { verdict, categories };
}

/** Each name once, with its highest score. What is no name is made one, or left out. */
export function named(found: readonly Category[]): Category[] {
  const byName = new Map<string, Category>();
  for (const { name, score } of found) {
    const plain = name.replaceAll(/[^\w./-]+/g, "_").slice(0, 64);
    const known = byName.get(plain);
    if (/\w/.test(plain) && (known === undefined || (score ?? 0) > (known.score ?? 0))) {
      byName.set(plain, score === undefined ? { name: plain } : { name: plain, score });
    }
  }
  return [...byName.values()].sort((a, b) => (b.score ?? 0) - (a.score ?? 0)).slice(0, MOST_CATEGORIES);
}
