// What somebody has to know before the first call, as the page says it.
import { catalogue, type ErrorType } from "../../errors/catalogue.ts";
import type { OpenApiDocument } from "./document.ts";
import { type Html, html, type Part } from "./html.ts";
import { inLanguages } from "./page-calls.ts";
import { prose } from "./page-schema.ts";

/** Stands for the page's own address until a script has put it in. */
export const here = html`<span class="here">https://api.example.com/api/v1</span>`;

export interface Chapter {
  id: string;
  title: string;
  text: Html;
}

export function introductionChapters({ components }: OpenApiDocument): Chapter[] {
  return [
    chapter("begin", "Begin", begin()),
    chapter("life", "A job's life", life()),
    chapter("again", "Send it again", again()),
    chapter("follow", "Follow it live", follow()),
    chapter("lists", "Lists", lists()),
    chapter("limits", "Limits and errors", limits(components.schemas.Error?.properties?.error)),
    chapter("hooks", "Webhooks", hooks()),
    chapter("browsers", "From a browser", browsers()),
  ];
}

function chapter(id: string, title: string, paragraphs: readonly Part[]): Chapter {
  return { id: `about-${id}`, title, text: html`${paragraphs}` };
}

const p = (text: string) => html`<p>${prose(text)}</p>`;
const code = (text: Part) => html`<pre><code>${text}</code></pre>`;

const login = {
  curl: html`API=${here}
TOKEN=$(curl -s "$API/auth/login" -H "Content-Type: application/json" \\
  -d '{"email":"you@example.com","password":"correct horse"}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')
ID=   # data.id of what is asked about`,
  javascript: html`const API = "${here}";
const login = await fetch(\`\${API}/auth/login\`, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ email: "you@example.com", password: "correct horse" }),
});
const TOKEN = (await login.json()).data.token;
let ID = ""; // of what is asked about`,
  python: html`import requests
API = "${here}"
login = requests.post(f"{API}/auth/login", json={"email": "you@example.com", "password": "correct horse"})
TOKEN = login.json()["data"]["token"]
ID = ""  # of what is asked about`,
};

function begin(): Part[] {
  return [
    p(
      "Register, or log in: both answer a token, which goes into `Authorization: Bearer …`. Every call on this page can be copied and runs once these are set:",
    ),
    inLanguages(login),
    p(
      'Success is `{"code":0,"message":"success","data":…}`, failure the HTTP status and `{"code":…,"message":"what is wrong and what to do","data":null,"error":{"type":…,"requestId":…,"details":[…]}}`. Keys of requests may also be written in snake_case; unknown ones are refused. Ids are lower-case UUIDv7, times ISO 8601 in UTC, credits whole numbers.',
    ),
    p(
      "For JavaScript and TypeScript there is a typed client with this repository, `clients/js`: it waits, follows, uploads, sends again without being charged twice, and has hooks for React.",
    ),
  ];
}

function life(): Part[] {
  return [
    code(`pending ──▶ processing ──▶ completed   paid for, its files in the operator's own store
   │             ├───────▶ failed      given back; error.retryable says whether a retry is worth it
   └─────────────┴───────▶ cancelled   given back`),
    p(
      "A create costs its price at once: `balance` falls, `held` rises. A job reads as ended only when its credits are captured or given back. Its `stage` says how far it is: `queued`, `submitted`, `generating`, `transferring`, `storing`, `done`; `progress` is a percentage. `url` and `resultUrls` never change once it is completed, and need no token.",
    ),
    p(
      "A create answers 202 with the job at once. With the header `Prefer: wait=20` it answers 201 when the job has ended within 20 seconds (25 at most), however it ended. Then ask `GET /jobs/{id}`, follow it live, or have a webhook told. `POST /ai/quote` says what a request would cost, a dry run costs nothing, and the models whose names begin with `sketch-` end as their names say.",
    ),
  ];
}

function again(): Part[] {
  return [
    p(
      "Send `Idempotency-Key` with each create: any text of 1 to 255 printable ASCII characters that names the wish, such as the number of an order. The same key and body within 24 hours answer the same job, with 200, and nothing is charged again: so a request whose answer was lost can simply be sent again. The same key with another body is 422.",
    ),
    p(
      "Send again after 429, 500, 502, 503, 504 and lost connections, waiting as long as `Retry-After` says or a little longer each time; never after another 4xx. What carries no key and changes something, `POST /jobs/{id}/retry` above all, is better looked at with `GET` before it is sent again.",
    ),
  ];
}

function follow(): Part[] {
  return [
    p(
      "`GET /jobs/{id}/events` sends server-sent events: `progress`, and `end` for the one that carries the job. Connections are cut now and then; come back with `Last-Event-ID` and nothing is missed. A 204 says that the end is known already. Where streams do not come through, `?since=0` answers the same as JSON; send its `next` as the following `since`.",
    ),
    p("A browser's `EventSource` cannot send a token; `fetch` can:"),
    code(`const events = await fetch(\`\${API}/jobs/\${ID}/events\`, { headers: { Authorization: \`Bearer \${TOKEN}\` } });
const reader = events.body.pipeThrough(new TextDecoderStream()).getReader();
for (let text = ""; ; ) {
  const { done, value } = await reader.read();
  if (done) break; // come back with Last-Event-ID, unless the end has come
  const pieces = (text + value).split("\\n\\n");
  text = pieces.pop();
  for (const piece of pieces) {
    const data = piece.match(/^data: (.*)$/m)?.[1]; // a comment has none
    if (data) console.log(data);
  }
}`),
  ];
}

function lists(): Part[] {
  return [
    p(
      "Lists come newest first, `limit` entries at a time (1 to 100, 20 if nothing is said). While `hasMore` is true, send `nextCursor` as `cursor` for the next page. `total` is exact without filters, and null with them. A cursor is nothing to look into, and may be kept.",
    ),
  ];
}

function limits(error: unknown): Part[] {
  const types = (error as { properties?: { type?: { enum?: ErrorType[] } } } | undefined)?.properties?.type?.enum ?? [];
  return [
    p(
      "Requests a minute, unfinished jobs, kept bytes, and guesses at passwords and codes are limited by whoever runs this server. Past a limit comes 429, or 507 for bytes, with `Retry-After` in seconds. A body has at most 1 MB, where nothing else is said. A `requestId` names a request in the server's log: tell it when you ask for help.",
    ),
    html`<table><tbody>${types.map((type) => html`<tr><td><code>${type}</code></td><td>${catalogue[type].status}</td><td>${catalogue[type].text}</td></tr>`)}</tbody></table>`,
  ];
}

const verification = {
  javascript: `import { createHmac, timingSafeEqual } from "node:crypto";

/** \`body\`: the bytes as they came; \`headers\`: with names in lower case. */
export function isFromThem(body, headers, secret) {
  const age = Math.abs(Date.now() / 1000 - Number(headers["webhook-timestamp"]));
  const signed = \`\${headers["webhook-id"]}.\${headers["webhook-timestamp"]}.\${body}\`;
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const wanted = Buffer.from("v1," + createHmac("sha256", key).update(signed).digest("base64"));
  return age < 300 && headers["webhook-signature"].split(" ").some((each) => {
    const given = Buffer.from(each);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}`,
  python: `import base64, hashlib, hmac, time

def is_from_them(body: bytes, headers: dict, secret: str) -> bool:
    age = abs(time.time() - int(headers["webhook-timestamp"]))
    signed = f'{headers["webhook-id"]}.{headers["webhook-timestamp"]}.'.encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = headers["webhook-signature"].split(" ")
    return age < 300 and any(hmac.compare_digest(each, wanted) for each in given)`,
};

function hooks(): Part[] {
  return [
    p(
      "Name a `webhookUrl` in a request, and it is told how the job ended: `job.completed`, `job.failed` or `job.cancelled`, with the job; of a production `production.completed`, `production.failed` or `production.cancelled`, after each of its rounds. Messages are signed after Standard Webhooks, so any of its libraries verifies them with the secret of `GET /webhooks/secret`; while a secret is rotated, both sign. Verify the bytes as they came, before they are parsed; drop those whose `webhook-id` is known; answer 2xx within 15 s, or 410 to hear no more of it. What is not taken is sent again for 24 hours, then kept: `GET /webhooks/deliveries` lists it, and `POST /webhooks/deliveries/{id}/redeliver` sends it once more.",
    ),
    inLanguages(verification),
  ];
}

function browsers(): Part[] {
  return [
    p(
      "Pages of other origins may call this API when its operator names them in `CORS_ORIGINS`; by default none may. They may send `Authorization`, `Content-Type`, `Idempotency-Key`, `Prefer` and `Last-Event-ID`, and read `X-Request-Id`, `Retry-After` and `Location`. Cookies are never used. Files are public to any page: their URLs need no token.",
    ),
    p(
      "An upload goes straight to the store: `POST /uploads` announces it, then the browser sends the file as `upload` says, a form by POST or bare bytes by PUT. `XMLHttpRequest` tells the progress; `fetch` does not. Then `GET /uploads/{id}` says `ready`, or `rejected` and why.",
    ),
  ];
}
