// Runs a program as on a machine that has no fonts: fontconfig reads its configuration once, so it takes a process of its own.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

/** The program is an ES module; answers what it prints, read as JSON. */
export async function runWithoutFonts(program: string): Promise<unknown> {
  const folder = await mkdtemp(path.join(tmpdir(), "no-fonts-"));
  try {
    const configuration = path.join(folder, "fonts.conf");
    await writeFile(configuration, `<?xml version="1.0"?><fontconfig><cachedir>${folder}</cachedir></fontconfig>`);
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
      env: { FONTCONFIG_FILE: configuration },
      maxBuffer: 16 * 1024 * 1024,
    });
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}
