// Examples of the reference: recorded from a run, and held against each later run. `RECORD_EXAMPLES=1` writes what has changed.
import { readFileSync, writeFileSync } from "node:fs";
import type { Example } from "../../shared/http/openapi/operation.ts";

const path = "shared/http/openapi/examples.json";

/** A list that shows how its entries look need not show more of them. */
const MOST_ITEMS = 1;

type Examples = Record<string, Example>;

/** What is nobody's business, or different in each run and of no use, is shortened; hosts get names. */
export class ExampleRecorder {
  readonly #seen: Examples = {};
  readonly #hosts: readonly [string, string][];

  constructor(hosts: readonly [from: string, to: string][]) {
    this.#hosts = hosts;
  }

  /** Only an operation's first success counts. */
  record(operationId: string, example: Example): void {
    this.#seen[operationId] ??= this.#shown(example);
  }

  /** In which ways the committed examples are not what was seen; none while recording, which sets it right. */
  settle(): string[] {
    const committed: Examples = JSON.parse(readFileSync(path, "utf8"));
    const problems = Object.entries(this.#seen).flatMap(([id, example]) =>
      differences(id, committed[id] as unknown, example),
    );
    if (!process.env.RECORD_EXAMPLES) return problems;
    const isChanged = (id: string) => problems.some((each) => each.startsWith(`${id}:`) || each.startsWith(`${id}.`));
    const written = Object.entries(this.#seen).map(([id, example]): [string, Example] => [
      id,
      isChanged(id) ? example : (committed[id] ?? example),
    ]);
    writeFileSync(path, `${JSON.stringify(Object.fromEntries(written), null, 2)}\n`);
    return [];
  }

  #shown(example: Example): Example {
    const text = this.#hosts.reduce((said, [from, to]) => said.replaceAll(from, to), JSON.stringify(example));
    const short = text
      .replaceAll(/eyJ[\w-]{10}[\w-]*\.[\w-]+\.[\w-]+/g, "eyJhbGciOiJIUzI1NiIs…")
      .replaceAll(/whsec_[\w+/=]+/g, "whsec_MfKQ9r8GKYqrTwjU…");
    return JSON.parse(short, (key, value) => (key === "items" ? value.slice(0, MOST_ITEMS) : value));
  }
}

/** By their form: values differ from run to run, a null may have come to be something, a list may be empty. */
function differences(where: string, known: unknown, seen: unknown): string[] {
  if ((known === null && seen !== undefined) || (seen === null && known !== undefined)) return [];
  if (Array.isArray(known) && Array.isArray(seen))
    return known.length > 0 && seen.length > 0 ? differences(`${where}[]`, known[0], seen[0]) : [];
  if (typeof known !== "object" || typeof seen !== "object" || known === null || seen === null) {
    const [wanted, is] = [typeof known, typeof seen];
    return wanted === is ? [] : [`${where}: the example has ${wanted}, the answer ${is}`];
  }
  const keys = [...new Set([...Object.keys(known), ...Object.keys(seen)])];
  return keys.flatMap((key) => {
    const own = (value: object) => (value as Record<string, unknown>)[key];
    return differences(`${where}.${key}`, own(known), own(seen));
  });
}
