// The words around the table of docs/labels-and-readers.md.

const before = `# Which programs find our labels

Written by \`test/labels/readers.long.ts\` (\`npm run test:long\`), which gives each reader the same small files, labelled as the product labels
them; \`npm test\` holds the first two columns against the code. exiftool, ffprobe and mediainfo are those of Debian 12.

- **label**: the AIGC label of GB 45438-2025, with our output's name in it.
- **source**: IPTC's \`DigitalSourceType\`.
- **nothing**: the program opens the file, and shows neither. An empty cell: it is not for such files.

`;

const after = `
## What a label is not

One layer of metadata: whoever wants to takes it out, and most programs that encode a file anew lose it. There is no invisible watermark, and
no setting makes an operator comply with a law: which duties are theirs, their lawyer says.
`;

export function textOf(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return `${before}${[line(head), rule, ...body.map(line)].join("\n")}\n${after}`;
}

/** The cells of the table in such a text. */
export function rowsIn(text: string): string[][] {
  const lines = text.split("\n").filter((each) => each.startsWith("|") && !each.startsWith("| -"));
  return lines.map((each) =>
    each
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}
