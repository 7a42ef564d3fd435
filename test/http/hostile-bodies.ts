// Bodies of 1 MB that are made to cost as much as they can: each another way to have much done for few bytes.
import { MAX_BODY_BYTES } from "../../shared/events/http.ts";
import { MAX_VALUES } from "../../shared/http/json-values.ts";

export interface HostileBody {
  name: string;
  path: string;
  /** POST when it is not said. */
  method?: "PUT";
  /** 1 MB at most, and nearly that. */
  text: string;
}

/** `start`, then as many of what `piece` gives as fit, with commas between them, then `end`. */
function listed(start: string, piece: string | ((n: number) => string), end: string): string {
  const pieces: string[] = [];
  let left = MAX_BODY_BYTES - start.length - end.length;
  for (let n = 0; ; n++) {
    const next = typeof piece === "string" ? piece : piece(n);
    left -= Buffer.byteLength(next) + 1;
    if (left < 0) return start + pieces.join(",") + end;
    pieces.push(next);
  }
}

/** `start`, then `piece` without anything between them, then `end`. */
function filled(start: string, piece: string, end: string): string {
  const room = MAX_BODY_BYTES - Buffer.byteLength(start) - Buffer.byteLength(end);
  return start + piece.repeat(Math.floor(room / Buffer.byteLength(piece))) + end;
}

/** As many pieces as are looked at, each of `values` values, and so long that it is 1 MB nevertheless: `pad` gives a piece its length. */
function crowded(start: string, piece: (n: number, pad: string) => string, end: string, values: number): string {
  const count = Math.floor((MAX_VALUES - 10) / values);
  const length = Math.floor((MAX_BODY_BYTES - start.length - end.length) / count) - piece(count, "").length - 1;
  const pad = "x".repeat(Math.max(0, length));
  return start + Array.from({ length: count }, (_, n) => piece(n, pad)).join(",") + end;
}

const image = "/ai/generate-image";
const quote = "/ai/quote";
const register = "/auth/register";
const login = "/auth/login";
const id = "01890000-0000-7000-8000-000000000000";
const levelled = (levels: number, value: string) => "[".repeat(levels) + value + "]".repeat(levels);
const depth = (start: string, end: string, levels: number) => start.repeat(levels) + end.repeat(levels);

/** What every route is sent: it must not be dear where nobody has to log in, and nowhere else. */
const anywhere: [name: string, text: string][] = [
  ["unknown keys", listed("{", (n) => `"k${n.toString(36)}":0`, "}")],
  ["unknown keys that look like whole numbers", listed("{", (n) => `"${n}":0`, "}")],
  ["unknown keys far apart as whole numbers", listed("{", (n) => `"${(n * 7919) % 4294967291}":0`, "}")],
  ["one key again and again", listed("{", '"a":0', "}")],
  ["a list of objects under an unknown key", listed('{"a":[', "{}", "]}")],
  ["a list of lists under an unknown key", listed('{"a":[', "[]", "]}")],
  ["a list of digits under an unknown key", listed('{"a":[', "0", "]}")],
  ["a list of empty strings under an unknown key", listed('{"a":[', '""', "]}")],
  ["a list at the top", listed("[", "{}", "]")],
  ["brackets that open only", filled("", "[", "")],
  ["half a million levels of lists", `{"a":${depth("[", "]", 524_000)}}`],
  ["levels of objects", `{"a":${depth('{"a":', "", 209_000)}`],
  ["lists as deep as they may be", listed('{"a":[', depth("[", "]", 30), "]}")],
  ["white space before it", filled("", " ", "{}")],
  ["white space within it", filled('{"a":', "\n", "0}")],
  ["a number of a million digits", filled('{"a":', "1", "}")],
  ["a fraction of a million digits", filled('{"a":0.', "1", "}")],
  ["a string of escapes", filled('{"a":"', "\\u0041", '"}')],
  ["a string of escaped quotes", filled('{"a":"', '\\"', '"}')],
  ["a string of escaped surrogate pairs", filled('{"a":"', "\\ud83d\\ude00", '"}')],
  ["a string of four-byte characters", filled('{"a":"', "😀", '"}')],
  ["a string that ends in half of a pair", filled('{"a":"', "é", '\\ud800"}')],
  ["one key of 1 MB", filled('{"', "k", '":0}')],
  ["one key of escapes", filled('{"', "\\u0041", '":0}')],
  ["not JSON behind a long string", filled('{"a":"', "x", '"')],
  ["commas only", filled("{", ",", "}")],
  ["strings without commas", filled('{"a":[', '""', "]}")],
  ["unknown keys, as many as are looked at", crowded("{", (n, pad) => `"k${n}${pad}":0`, "}", 1)],
  ["whole numbers as keys, as many as are looked at", crowded("{", (n, pad) => `"${n}":"${pad}"`, "}", 1)],
  ["objects, as many as are looked at", crowded('{"a":[', (n, pad) => `{"k${n}${pad}":0}`, "]}", 2)],
  ["lists as deep as they may be, as many", crowded('{"a":[', (_, pad) => levelled(30, `"${pad}"`), "]}", 31)],
  ["numbers, as many as are looked at", crowded('{"a":[', (_, pad) => `1${pad.replaceAll("x", "1")}.5`, "]}", 1)],
];

const known: HostileBody[] = [
  { name: "a name of 1 MB", path: register, text: filled('{"username":"', "x", '"}') },
  { name: "a name of white space", path: register, text: filled('{"username":"', " ", 'x"}') },
  { name: "an address of dots", path: register, text: filled('{"email":"', ".", '@a.b"}') },
  { name: "an address of capitals", path: login, text: filled('{"email":"', "A", '@a.b"}') },
  { name: "an address of ats", path: login, text: filled('{"email":"', "@", '"}') },
  { name: "a password of 1 MB", path: login, text: filled('{"email":"a@example.com","password":"', "é", '"}') },
  { name: "a list for a password", path: login, text: listed('{"email":"a@example.com","password":[', "{}", "]}") },
  { name: "a code of 1 MB", path: "/credits/redeem", text: filled('{"code":"', "-", '"}') },
  { name: "a type of 1 MB", path: "/uploads", text: filled('{"filename":"a","contentType":"', "x", '"}') },
  { name: "inputs of nothing", path: image, text: listed('{"prompt":"x","inputs":[', "{}", "]}") },
  { name: "inputs of numbers", path: image, text: listed('{"prompt":"x","inputs":[', "0", "]}") },
  { name: "inputs of lists", path: image, text: listed('{"prompt":"x","inputs":[', "[]", "]}") },
  { name: "inputs as they should be", path: image, text: listed('{"inputs":[', `{"uploadId":"${id}"}`, "]}") },
  { name: "inputs in both spellings", path: image, text: listed('{"inputs":[', '{"upload_id":1,"uploadId":1}', "]}") },
  { name: "inputs with unknown keys", path: image, text: listed('{"inputs":[', '{"a":0,"b":0}', "]}") },
  { name: "an input with unknown keys", path: image, text: listed('{"inputs":[{', (n) => `"k${n}":0`, "}]}") },
  { name: "an input in a list in a list", path: image, text: `{"inputs":${depth("[", "]", 524_000)}}` },
  { name: "metadata of numbers", path: image, text: listed('{"prompt":"x","metadata":{"a":[', "0", "]}}") },
  { name: "metadata of objects", path: image, text: listed('{"prompt":"x","metadata":{"a":[', "{}", "]}}") },
  { name: "metadata of keys", path: image, text: listed('{"prompt":"x","metadata":{', (n) => `"${n}":0`, "}}") },
  { name: "metadata of 1 MB", path: image, text: filled('{"prompt":"x","metadata":{"a":"', "x", '"}}') },
  { name: "metadata of quotes", path: image, text: filled('{"prompt":"x","metadata":{"a":"', '\\"', '"}}') },
  { name: "metadata of controls", path: quote, text: filled('{"prompt":"x","metadata":{"a":"', "\\u0001", '"}}') },
  {
    name: "inputs of nothing, as many as are looked at",
    path: image,
    text: crowded('{"inputs":[', (_, pad) => `{}${pad.replaceAll("x", " ")}`, "]}", 2),
  },
  {
    name: "inputs with unknown keys, as many as are looked at",
    path: image,
    text: crowded('{"inputs":[', (n, pad) => `{"url":"","${n}${pad}":0}`, "]}", 3),
  },
  {
    name: "an input with unknown keys, as many as are looked at",
    path: image,
    text: crowded('{"inputs":[{', (n, pad) => `"${n}${pad}":0`, "}]}", 1),
  },
  {
    name: "metadata of objects, as many as are looked at",
    path: image,
    text: crowded('{"prompt":"x","metadata":{"a":[', (n, pad) => `{"${n}${pad}":0}`, "]}}", 2),
  },
  {
    name: "metadata of keys, as many as are looked at",
    path: image,
    text: crowded('{"prompt":"x","metadata":{', (n, pad) => `"${n}${pad}":0`, "}}", 1),
  },
  {
    name: "a union's keys, as many as are looked at",
    path: "/users/me",
    method: "PUT",
    text: crowded('{"username":"x",', (n, pad) => `"${n}${pad}":0`, "}", 1),
  },
  { name: "a prompt of 1 MB", path: image, text: filled('{"prompt":"', "x", '"}') },
  { name: "a prompt of white space", path: image, text: filled('{"prompt":"', " ", '"}') },
  { name: "a prompt of pairs", path: quote, text: filled('{"prompt":"', "😀", '"}') },
  { name: "a size of digits", path: image, text: filled('{"prompt":"x","size":"1', "0", 'x1024"}') },
  { name: "an operation of 1 MB", path: quote, text: filled('{"prompt":"x","operation":"', "e", '"}') },
  { name: "a URL of dots", path: image, text: filled('{"imageUrl":"http://', ".", '/"}') },
  { name: "a URL of steps up", path: image, text: filled('{"imageUrl":"http://a/', "../", '"}') },
  { name: "a URL of percents", path: quote, text: filled('{"imageUrl":"http://a/', "%", '"}') },
  { name: "a URL of host characters", path: quote, text: filled('{"imageUrl":"http://', "é", '/"}') },
  { name: "an input's URL of ats", path: quote, text: filled('{"prompt":"x","inputs":[{"url":"http://', "@", '"}]}') },
  { name: "a data URL of semicolons", path: image, text: filled('{"imageUrl":"data:', ";", ',"}') },
  { name: "a data URL of no base64", path: image, text: filled('{"imageUrl":"data:image/png;base64,', "é", '"}') },
  { name: "a webhook's URL of 1 MB", path: image, text: filled('{"prompt":"x","webhookUrl":"http://', "a", '"}') },
];

export const hostileBodies: HostileBody[] = [
  ...anywhere.map(([name, text]) => ({ name, path: register, text })),
  ...anywhere.slice(0, 6).map(([name, text]) => ({ name, path: image, text })),
  ...known,
];

/** What the others are held against: a string of 1 MB under a key that is not known. */
export function plainBody(body: HostileBody): HostileBody {
  return { ...body, name: "a string of 1 MB", text: filled('{"text":"', "x", '"}') };
}
