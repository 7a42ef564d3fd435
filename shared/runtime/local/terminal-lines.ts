// The log as people read it on a terminal: a short coloured line in place of each JSON object. Only one machine has a terminal.
import { styleText } from "node:util";
import { type LineWriter, stdout } from "../telling/stdout.ts";

/** Lines for stdout: short ones where that is a terminal, else as they are. `NO_COLOR` and its like are heeded by styleText. */
export function linesForStdout(stream: { isTTY?: boolean } = process.stdout, out: LineWriter = stdout): LineWriter {
  return stream.isTTY ? { write: (line) => out.write(`${shortLine(line)}\n`) } : out;
}

const levelStyles = { debug: "gray", info: "green", warn: "yellow", error: "red" } as const;
type Level = keyof typeof levelStyles;

/** What every request has and nobody reads on a terminal. */
const leftOut = new Set(["requestId"]);
const MAX_VALUE = 160;

/** `10:31:07 info  a job has ended  jobId=… outcome=completed`; what is no line of the log stays as it is. */
export function shortLine(line: string): string {
  const fields = fieldsOf(line);
  if (!fields) return line.trimEnd();
  const { level, time, message, error, ...about } = fields;
  const style = levelStyles[level as Level] ?? "gray";
  const head = `${styleText("dim", String(time).slice(11, 19))} ${styleText(style, String(level).padEnd(5))} ${plain(message)}`;
  const told = Object.entries(about).filter(([name, value]) => !leftOut.has(name) && value !== null);
  const words = told.map(([name, value]) => `${styleText("dim", `${name}=`)}${shown(value)}`);
  return [head, ...words].join(" ") + traceOf(error);
}

function fieldsOf(line: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null && "message" in parsed ? { ...parsed } : null;
  } catch {
    return null;
  }
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? plain(value) : JSON.stringify(value);
  const cut = text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
  return typeof value === "string" && cut.includes(" ") ? `"${cut}"` : cut;
}

/** Whoever wrote it: nothing in a line moves the cursor, or hides what stands beside it. */
function plain(value: unknown): string {
  return String(value).replaceAll(/\p{Cc}+/gu, " ");
}

/** Where an error comes from, indented below its line. */
function traceOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  const { stack } = error as { stack?: unknown };
  if (typeof stack !== "string") return "";
  const lines = stack.split("\n").map((each) => `  ${plain(each)}`);
  return `\n${styleText("dim", lines.join("\n"))}`;
}
