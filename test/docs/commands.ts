// The commands of a runbook: every line of its ```sh blocks, as a shell would read it.

export interface Command {
  text: string;
  /** The number of the section that it stands in; 0 where sections have none. */
  section: number;
}

const BLOCK = /^(?<indent> *)```sh\n(?<lines>[\s\S]*?)^\k<indent>```$/gm;

export function commandsOf(markdown: string): Command[] {
  return [...markdown.matchAll(BLOCK)].flatMap(({ groups, index }) => {
    const section = sectionAt(markdown, index);
    return linesOf(groups?.lines ?? "").map((text) => ({ text, section }));
  });
}

/** The section's number, out of the last heading before `index`. */
function sectionAt(markdown: string, index: number): number {
  const headings = [...markdown.slice(0, index).matchAll(/^## (?:(\d+)\. )?/gm)];
  return Number(headings.at(-1)?.[1] ?? 0);
}

/** Without comments, which stand alone or behind four spaces; a line that ends with \ goes on in the next one. */
function linesOf(block: string): string[] {
  return block
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.trim().replace(/(^| {4})# .*$/, ""))
    .filter((line) => line !== "");
}
