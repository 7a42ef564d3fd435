// The log on a terminal, and where there is none.
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { linesForStdout, shortLine } from "../../shared/runtime/local/terminal-lines.ts";
import { createLog } from "../../shared/runtime/telling/log.ts";

const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678), sleep: async () => {} };

beforeEach(() => void vi.stubEnv("FORCE_COLOR", "1").stubEnv("NO_COLOR", undefined));
afterEach(() => void vi.unstubAllEnvs());

function logged(isTTY: boolean, level: "info" | "error", fields: object, message: string): string {
  const lines: string[] = [];
  const destination = linesForStdout({ isTTY }, { write: (line) => lines.push(line) });
  createLog({ level: "info", clock, destination })[level](fields, message);
  return lines.join("");
}

test("on a terminal a line is short and coloured; elsewhere it is JSON as ever", () => {
  const fields = { requestId: "r1", jobId: "j1", ms: 12, nothing: null, why: "two words", left: undefined };
  const short = logged(true, "info", fields, "done");
  expect(stripVTControlCharacters(short)).toBe('03:04:05 info  done jobId=j1 ms=12 why="two words"\n');
  expect(short).not.toBe(stripVTControlCharacters(short));
  expect(JSON.parse(logged(false, "info", fields, "done"))).toMatchObject({ requestId: "r1", message: "done" });
});

test("an error keeps its trace, below its line", () => {
  const lines = stripVTControlCharacters(logged(true, "error", { error: new AppError("internal") }, "failed")).split(
    "\n",
  );
  expect(lines[0]).toMatch(/^03:04:05 error failed/);
  expect(lines.slice(1).join("\n")).toMatch(/^ {2}AppError: .*\n {6}at /);
});

test("nothing that is logged moves the cursor, and what is no line of the log stays as it is", () => {
  const short = logged(true, "info", { why: "\u001b[2Jgone\r\n" }, "a\u001b[1A\nb");
  expect(short.split("\n")).toHaveLength(2);
  for (const moved of ["\u001b[2J", "\u001b[1A", "\r"]) expect(short).not.toContain(moved);
  expect(shortLine("plain words\n")).toBe("plain words");
  expect(shortLine('{"metric":"x"}\n')).toBe('{"metric":"x"}');
});
