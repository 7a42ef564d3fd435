import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { declarations } from "../../functions/declarations.ts";

const folders = { http: "http", "object-created": "storage", timer: "timer" } as const;

test("each function is declared once, and stands in a file of its name in the folder of its trigger", async () => {
  const declared = declarations.map(({ name, trigger }) => `${folders[trigger.type]}/${name}.ts`);
  expect(new Set(declared).size).toBe(declared.length);
  const files = Object.values(folders).flatMap((folder) =>
    readdirSync(`functions/${folder}`).map((file) => `${folder}/${file}`),
  );
  expect(files.filter((file) => file.endsWith(".ts")).sort()).toEqual(declared.toSorted());
});

test("each function loads, and the one that is loaded is the one that is named", async () => {
  for (const { name, trigger, load } of declarations) {
    expect(await load()).toBe(await import(`../../functions/${folders[trigger.type]}/${name}.ts`));
    expect((await load()).handler).toBeInstanceOf(Function);
  }
});

test("names are in kebab-case, and memory and time are within what both clouds give", () => {
  for (const { name, memoryMb, timeoutSeconds } of declarations) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(memoryMb % 64).toBe(0);
    expect(memoryMb).toBeGreaterThanOrEqual(128);
    expect(timeoutSeconds).toBeLessThanOrEqual(900);
  }
});
