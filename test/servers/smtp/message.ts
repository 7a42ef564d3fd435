// A mail as its reader sees it: headers decoded, its parts as text.

export interface ReadMail {
  /** Names in lower case. */
  headers: ReadonlyMap<string, string>;
  subject: string;
  text: string;
  html: string;
}

/** RFC 5322 and 2045, as far as such mails go: one level of parts. Throws for a line that is too long or ends with half a line break. */
export function readMail(raw: string): ReadMail {
  for (const line of raw.split("\r\n")) {
    if (/[\r\n]/.test(line)) throw new Error("a line break is only half of one (RFC 5321, 2.3.8)");
    if (Buffer.byteLength(line) > 998) throw new Error("a line has more than 998 bytes (RFC 5322, 2.1.1)");
  }
  const { headers, body } = split(raw);
  const type = headers.get("content-type") ?? "";
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary === undefined) throw new Error(`a mail of one part: ${type}`);
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => split(part.replace(/^\r\n/, "")));
  const of = (wanted: string) => {
    const part = parts.find(({ headers: own }) => own.get("content-type")?.startsWith(wanted));
    if (!part) throw new Error(`there is no part ${wanted}`);
    return decoded(part.body, part.headers.get("content-transfer-encoding") ?? "7bit");
  };
  const subject = words(headers.get("subject") ?? "");
  return { headers, subject, text: of("text/plain"), html: of("text/html") };
}

function split(part: string): { headers: Map<string, string>; body: string } {
  const end = part.indexOf("\r\n\r\n");
  const lines = part
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return { headers, body: part.slice(end + 4) };
}

function decoded(body: string, encoding: string): string {
  const text = body.replaceAll("\r\n", "\n");
  if (encoding === "base64") return Buffer.from(body, "base64").toString();
  if (encoding !== "quoted-printable") return text;
  return unquoted(text.replaceAll("=\n", ""));
}

function unquoted(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}

/** RFC 2047. */
function words(header: string): string {
  return header
    .replaceAll(/\?=\s+=\?/g, "?==?")
    .replaceAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, kind, text) =>
      kind.toUpperCase() === "B"
        ? Buffer.from(text, "base64").toString("latin1")
        : text
            .replaceAll("_", " ")
            .replaceAll(/=([0-9A-F]{2})/g, (__: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    )
    .replace(/^.*$/, (all) => (/[\x80-\xff]/.test(all) ? Buffer.from(all, "latin1").toString() : all));
}
