// The log: one JSON object a line, on stdout, with nothing in it that has to stay secret.
import { type DestinationStream, destination, type Logger, pino } from "pino";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { createRedact, type Redact } from "./redact.ts";

export interface LogOptions {
  level: "debug" | "info" | "warn" | "error" | "silent";
  clock: Clock;
  /** Values that are hidden wherever they stand. */
  secrets?: readonly string[];
  /** Where lines go; stdout, written before a call returns, so that an exit loses nothing. */
  destination?: DestinationStream;
}

export function createLog(options: LogOptions): Log {
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: "message",
      timestamp: () => `,"time":"${new Date(options.clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.destination ?? destination({ dest: 1, sync: true }),
  );
  return wrap(logger, createRedact(options.secrets ?? []));
}

/** Pino's own redaction knows fixed paths only; ours finds secrets at any depth and inside texts. */
function wrap(logger: Logger, redact: Redact): Log {
  const at = (level: "debug" | "info" | "warn" | "error") => (fields: object, message: string) => {
    if (logger.isLevelEnabled(level)) logger[level](plain(fields, redact), String(redact(message)));
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => wrap(logger.child(plain(fields, redact)), redact),
  };
}

/** Logging never throws, whatever it is given: a getter may. */
function plain(fields: object, redact: Redact): object {
  try {
    return Object(redact(fields instanceof Error ? { error: fields } : fields));
  } catch {
    return { unreadable: "These fields could not be read." };
  }
}
