// What a file is called where somebody saves it. Names come from prompts: they are anybody's text, and may neither leave their folder, nor look like
// another kind of file, nor end the header that they stand in.
import { contentTypeOfKey } from "./keys.ts";

/** Systems take 255 bytes; an ideograph has three. */
const MOST_CHARACTERS = 80;

/** What systems forbid in names; controls; and marks that turn the direction of what follows, so that `gpj.exe` reads as `exe.jpg`. */
const forbidden = /[/\\:*?"<>|\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu;
/** Half a character is none. */
const halves = /\p{Surrogate}/gu;
/** Windows has these for devices, with any extension. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** `name` as the name of the file under this key: its extension is the key's, which came from the bytes. */
export function downloadName(name: string, key: string): string {
  const extension = contentTypeOfKey(key) === "application/octet-stream" ? "" : key.slice(key.lastIndexOf("."));
  const spaced = name.normalize("NFC").replaceAll(halves, "").replaceAll(forbidden, " ").replaceAll(/\s+/g, " ").trim();
  const isItsOwn = extension !== "" && spaced.toLowerCase().endsWith(extension);
  const bare = isItsOwn ? spaced.slice(0, -extension.length) : spaced;
  // A dot at the beginning hides a file, one at the end is lost on Windows.
  const cut = [...bare]
    .slice(0, MOST_CHARACTERS)
    .join("")
    .replaceAll(/^[. ]+|[. ]+$/g, "");
  const safe = devices.test(cut) ? `_${cut}` : cut;
  return `${safe === "" ? "download" : safe}${extension}`;
}

/** RFC 6266, 4: the name for those who know only ASCII, then as it is (RFC 8187), which counts where it is understood. */
export function attachment(name: string, key: string): string {
  const whole = downloadName(name, key);
  const ascii = whole.replaceAll(/[^\x20-\x7e]/gu, "_").replaceAll(/["\\%]/g, "_");
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded(whole)}`;
}

/** RFC 8187, 3.2.1: `attr-char` leaves alone what `encodeURIComponent` does, but for these four. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
