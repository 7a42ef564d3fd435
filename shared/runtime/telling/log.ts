// The log: one JSON object a line, on stdout, with nothing in it that has to stay secret.
import { wordsOf } from "../../errors/words-of.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import { createRedact, type Redact } from "./redact.ts";
import { type LineWriter, stdout } from "./stdout.ts";

export interface LogOptions {
  level: "debug" | "info" | "warn" | "error" | "silent";
  clock: Clock;
  /** Values that are hidden wherever they stand. */
  secrets?: readonly string[];
  /** Where lines go; stdout, written before a call returns, so that an exit loses nothing. */
  destination?: LineWriter;
}

/** From the most talkative one on. */
const levels = ["debug", "info", "warn", "error"] as const;
type Level = (typeof levels)[number];

/**
 * Fields in their order: `level`, `time` (ISO 8601), those of the child, those of the call, `message`. A field of the call stands in place
 * of the child's; none stands in place of the three that are on every line. Behind the message stands what the call's `error` comes from,
 * in the words of whoever said it first.
 */
export function createLog(options: LogOptions): Log {
  const { clock, destination = stdout } = options;
  const redact = createRedact(options.secrets ?? []);
  const enabled = new Set<Level>(options.level === "silent" ? [] : levels.slice(levels.indexOf(options.level)));

  /** `bound` is made plain by the first line that is written: most logs of a request write none. */
  const under = (bound: () => object): Log => {
    let known: object | null = null;
    const at = (level: Level) => (fields: object, message: string) => {
      if (!enabled.has(level)) return;
      known ??= bound();
      const time = new Date(clock.now()).toISOString();
      const line = { level, time, ...known, ...plain(fields, redact), message: redact(withWords(message, fields)) };
      destination.write(`${JSON.stringify(line)}\n`);
    };
    return {
      debug: at("debug"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
      child: (fields) => under(() => ({ ...bound(), ...plain(fields, redact) })),
    };
  };
  return under(() => ({}));
}

function withWords(message: string, fields: object): string {
  try {
    const words = wordsOf(fields instanceof Error ? fields : "error" in fields ? fields.error : null);
    return words === null || words === "" || message.includes(words) ? message : `${message}: ${words}`;
  } catch {
    return message;
  }
}

/** Without the fields that are on every line already. Logging never throws, whatever it is given: a proxy may. */
function plain(fields: object, redact: Redact): object {
  try {
    const { level, time, message, ...own } = Object(redact(fields instanceof Error ? { error: fields } : fields));
    return own;
  } catch {
    return { unreadable: "These fields could not be read." };
  }
}
