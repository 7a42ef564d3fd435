// Uploads, codes and live feeds that no client should ask for.
import { bodyRow, invalid, type Row } from "./malformed-row.ts";

const uploads = { method: "POST", path: "/uploads" } as const;
const redeem = { method: "POST", path: "/credits/redeem" } as const;
const unauthenticated = { status: 401, type: "unauthenticated", names: "" } as const;
const notFound = { status: 404, type: "not_found", names: "" } as const;

const good = { filename: "a.png", contentType: "image/png", size: 5 };
const announcements: Row[] = [
  ["no token on an upload", { ...uploads, token: null, body: JSON.stringify(good), ...unauthenticated }],
  bodyRow("an upload without anything", "{}", "filename", uploads),
  ...[
    ["without a name", { ...good, filename: "" }, "filename"],
    ["with a name of 256 characters", { ...good, filename: "x".repeat(256) }, "filename"],
    ["of a drawing that may carry scripts", { ...good, contentType: "image/svg+xml" }, "contentType"],
    ["of a page", { ...good, contentType: "text/html" }, "contentType"],
    ["of nothing", { ...good, size: 0 }, "size"],
    ["of more than 10 MB", { ...good, size: 10 * 1024 * 1024 + 1 }, "size"],
    ["of a size in words", { ...good, size: "5" }, "size"],
    ["of half a byte", { ...good, size: 0.5 }, "size"],
    ["to a place of one's own", { ...good, key: "users/x/uploads/y.png" }, "key"],
  ].map(([title, body, names]) => bodyRow(`an upload ${title}`, JSON.stringify(body), String(names), uploads)),
];

const uploadIds: Row[] = ["1", "%00", "..%2f..%2ftable.sqlite", "{job}", "{other}"].map(
  (id): Row => [`an upload with the id ${id}`, { method: "GET", path: `/uploads/${id}`, ...notFound }],
);

const codes: Row[] = [
  ["no token on a code", { ...redeem, token: null, body: '{"code":"x"}', ...unauthenticated }],
  bodyRow("a code that is missing", "{}", "code", redeem),
  bodyRow("a code that is empty", '{"code":""}', "code", redeem),
  bodyRow("a code as a number", '{"code":5}', "code", redeem),
  bodyRow("a code as a query", '{"code":{"$ne":""}}', "code", redeem),
  bodyRow("a code with a typing error", '{"code":"DF-00000-00000-00000-00001"}', "code", redeem),
  bodyRow("a code of 101 characters", JSON.stringify({ code: "0".repeat(101) }), "code", redeem),
  [
    "a user who makes codes",
    {
      ...{ method: "POST", path: "/admin/codes", body: '{"credits":1000,"count":500}' },
      ...{ status: 403, type: "forbidden", names: "" },
    },
  ],
  ["nobody who makes codes", { method: "POST", path: "/admin/codes", token: null, body: "{}", ...unauthenticated }],
];

const feeds: Row[] = [
  ["no token on a feed", { method: "GET", path: "/jobs/{job}/events", token: null, ...unauthenticated }],
  ["the feed of somebody else's job", { method: "GET", path: "/jobs/{other}/events", ...notFound }],
  ...["-1", "abc", "1.5", "1e3", "", "99999999999999999999"].map(
    (since): Row => [
      `a feed since ${since || "nothing"}`,
      { method: "GET", path: `/jobs/{job}/events?since=${since}`, ...invalid, names: "since" },
    ],
  ),
  [
    "a feed after an event that was none",
    {
      ...{ method: "GET", path: "/jobs/{job}/events", headers: { "last-event-id": "abc" } },
      ...invalid,
      names: "last-event-id",
    },
  ],
];

export const malformedUploadsAndCodes: Row[] = [...announcements, ...uploadIds, ...codes, ...feeds];
