// What the components' README shows compiles as it stands there, strictly, and shows every component and hook.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const text = readFileSync("web/components/README.md", "utf8");
const examples = [...text.matchAll(/^```tsx\n(.*?)^```$/gms)].flatMap(([, code]) => code ?? []);

test("the examples compile", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dream-factory-readme-"));
  try {
    await symlink(resolve("node_modules"), join(folder, "node_modules"));
    const files = examples.map((_, i) => `example-${i}.tsx`);
    for (const [i, code] of examples.entries()) await writeFile(join(folder, `${files[i]}`), code);
    // As if they stood beside the components.
    const compilerOptions = { rootDirs: [folder, resolve("web/components")] };
    await writeFile(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: resolve("web/tsconfig.json"), compilerOptions, include: [], files }),
    );
    const tsc = [resolve("node_modules/typescript/bin/tsc"), "-p", folder];
    const said = await run(process.execPath, tsc, { cwd: folder }).catch((error) => error);
    expect(said.stdout).toBe("");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each(["FileUpload", "JobProgress", "Gallery", "Lightbox", "Storyboard"])("%s has one", (name) => {
  expect(examples.filter((code) => code.includes(`<${name}`))).toHaveLength(1);
});

test.each(["useJob", "useJobs", "useProduction", "useUpload"])("%s has one in the client's README", (name) => {
  expect(readFileSync("clients/js/README.md", "utf8")).toMatch(new RegExp(`= ${name}\\(`));
});
