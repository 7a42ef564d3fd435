// One head of an answer, its oddities undone that leave no doubt about what is meant. What leaves a doubt stays, for the parser to refuse.

export interface TidyHead {
  text: string;
  /** 1xx: another head follows. */
  isInterim: boolean;
  isChunked: boolean;
}

interface Field {
  name: string;
  value: string;
}

/** `lines`: the status line and the header's, without the empty one at the end. */
export function tidyHead([status = "", ...lines]: readonly string[]): TidyHead {
  const code = /^HTTP\/\S+ +([0-9]{3})/.exec(status)?.[1] ?? "";
  const fields = withTidyFraming(fieldsOf(lines));
  return {
    // RFC 9110, 2.5: a higher minor version is read as the highest that is known.
    text: [
      status.replace(/^HTTP\/1\.[2-9]/, "HTTP/1.1"),
      ...fields.map(({ name, value }) => `${name}: ${value}`),
      "",
      "",
    ].join("\r\n"),
    isInterim: code.startsWith("1") && code !== "101",
    isChunked: fields.some(({ name, value }) => isNamed(name, "transfer-encoding") && value === "chunked"),
  };
}

/** Lines that are no fields are left out, as browsers leave them out. */
function fieldsOf(lines: readonly string[]): Field[] {
  const fields: Field[] = [];
  let last: Field | null = null;
  for (const line of lines) {
    // RFC 9112, 5.2: a line that begins with white space goes on with the one before.
    if (/^[ \t]/.test(line)) {
      if (last) last.value = `${last.value} ${tidyValue(line)}`.trim();
      continue;
    }
    const [, name, value = ""] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:(.*)$/s.exec(line) ?? [];
    last = name === undefined ? null : { name, value: tidyValue(value) };
    if (last) fields.push(last);
  }
  return fields;
}

/** RFC 9110, 5.5: control characters may be read as spaces. Not NUL, which no browser takes either. */
function tidyValue(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return value.replace(/[\x01-\x1f\x7f]/g, " ").trim();
}

/** RFC 9112, 6.3: chunks before a length. RFC 9110, 8.6: the same length said twice is one. `identity` was once a transfer coding and did nothing. */
function withTidyFraming(fields: Field[]): Field[] {
  const transfer = tokensOf(fields, "transfer-encoding").filter((coding) => coding !== "" && coding !== "identity");
  const lengths = tokensOf(fields, "content-length");
  const isOneLength = lengths.every((length) => /^[0-9]+$/.test(length) && Number(length) === Number(lengths[0]));
  const rest = fields.filter(({ name }) => !isNamed(name, "transfer-encoding") && !isNamed(name, "content-length"));
  if (transfer.length > 0) return [...rest, { name: "Transfer-Encoding", value: [...new Set(transfer)].join(", ") }];
  const value = isOneLength ? lengths.slice(0, 1).join() : lengths.join(", ");
  return lengths.length === 0 ? rest : [...rest, { name: "Content-Length", value }];
}

function tokensOf(fields: readonly Field[], wanted: string): string[] {
  const values = fields.filter(({ name }) => isNamed(name, wanted)).map(({ value }) => value);
  return values.flatMap((value) => value.toLowerCase().split(",")).map((token) => token.trim());
}

function isNamed(name: string, wanted: string): boolean {
  return name.toLowerCase() === wanted;
}
