// Requests over every other route that no client should send.
import { bodyRow, image, invalid, type Row } from "./malformed-row.ts";

const register = { method: "POST", path: "/auth/register", token: null } as const;
const login = { method: "POST", path: "/auth/login", token: null } as const;

const unauthenticated = { status: 401, type: "unauthenticated", names: "" } as const;
const none = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url")}.${Buffer.from('{"sub":"x"}').toString("base64url")}.`;

const tokens: Row[] = [
  ["no token", { ...image, token: null, body: '{"prompt":"x"}', ...unauthenticated }],
  ["no token, and a body that is broken too", { ...image, token: null, body: "{", ...unauthenticated }],
  ["a token that is none", { method: "GET", path: "/credits", token: "abc", ...unauthenticated }],
  ["a token that nobody signed", { method: "GET", path: "/jobs", token: none, ...unauthenticated }],
  ["a token of 10 000 characters", { method: "GET", path: "/users/me", token: "a".repeat(10_000), ...unauthenticated }],
  [
    "another scheme",
    {
      method: "GET",
      path: "/credits/transactions",
      token: null,
      headers: { authorization: "Basic YTpi" },
      ...unauthenticated,
    },
  ],
  ["no token on a job", { method: "GET", path: "/jobs/{job}", token: null, ...unauthenticated }],
  ["no token on a retry", { method: "POST", path: "/jobs/{job}/retry", token: null, ...unauthenticated }],
  ["no token on a cancel", { method: "POST", path: "/jobs/{job}/cancel", token: null, ...unauthenticated }],
  ["no token on the providers' health", { method: "GET", path: "/ai/health", token: null, ...unauthenticated }],
  ["no token on a profile", { method: "PUT", path: "/users/me", token: null, body: "{}", ...unauthenticated }],
];

const notFound = { status: 404, type: "not_found", names: "" } as const;
const upper = "0190A000-0000-7000-8000-000000000000";

const ids: Row[] = [
  "1",
  "null",
  "{id}",
  "%00",
  "__proto__",
  "..%2f..%2ftable.sqlite",
  "%F0%9F%8C%8A",
  upper,
  "00000000-0000-0000-0000-000000000000",
  "9b2f1c9e-3e0f-4a57-9c4e-0e6f1d2c3b4a",
  "a".repeat(3000),
  "'; DROP TABLE items; --".replaceAll(" ", "%20"),
].flatMap((id): Row[] => [
  [`a job with the id ${id.slice(0, 40)}`, { method: "GET", path: `/jobs/${id}`, ...notFound }],
  [`a cancel of ${id.slice(0, 40)}`, { method: "POST", path: `/jobs/${id}/cancel`, ...notFound }],
  [`a retry of ${id.slice(0, 40)}`, { method: "POST", path: `/jobs/${id}/retry`, ...notFound }],
]);

const lists: Row[] = ["/jobs", "/credits/transactions"].flatMap((path): Row[] =>
  [
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=abc", "limit"],
    ["limit=1e2", "limit"],
    ["limit=-1", "limit"],
    ["limit=1.0", "limit"],
    ["limit=", "limit"],
    ["limit=%2010", "limit"],
    ["limit=01", "limit"],
    ["limit=5&limit=6", "limit"],
    ["limit[]=5", "limit"],
    ["cursor=garbage", "cursor"],
    ["cursor=", "cursor"],
    ["cursor=0", "cursor"],
    [`cursor=${"9".repeat(600)}`, "cursor"],
    ["cursor=%00", "cursor"],
    ["cursor=-5", "cursor"],
    ["offset=5", "offset"],
    ["__proto__=5", "__proto__"],
  ].map(
    ([query = "", names = ""]): Row => [
      `${path}?${query.slice(0, 30)}`,
      { method: "GET", path: `${path}?${query}`, ...invalid, names },
    ],
  ),
);

const filters: Row[] = ["status=done", "status=", "status=completed&status=failed", "type=sound", "type=IMAGE"].map(
  (query): Row => [
    `/jobs?${query}`,
    { method: "GET", path: `/jobs?${query}`, ...invalid, names: query.split("=")[0] ?? "" },
  ],
);

const wrongMethods: Row[] = [
  ["GET", "/ai/generate-image"],
  ["PUT", "/ai/generate-video"],
  ["PATCH", "/jobs/{job}"],
  ["POST", "/jobs"],
  ["GET", "/jobs/{job}/cancel"],
  ["PATCH", "/jobs/{job}/retry"],
  ["POST", "/credits"],
  ["DELETE", "/credits/transactions"],
  ["GET", "/auth/login"],
  ["PUT", "/auth/register"],
  ["POST", "/health"],
  ["DELETE", "/users/me"],
  ["TRACE", "/health"],
  ["PROPFIND", "/health"],
].map(
  ([method = "", path = ""]): Row => [
    `${method} ${path}`,
    { method, path, status: 405, type: "method_not_allowed", names: "Allow" },
  ],
);

const noRoutes: Row[] = [
  "",
  "/",
  "/nowhere",
  "/jobs/",
  "//jobs",
  "/jobs/{job}/",
  "/jobs/{job}/outputs",
  "/Health",
  "/ai",
].map((path): Row => [`the path ${path || "(none)"}`, { method: "GET", path, ...notFound }]);

const encodings: Row[] = ["/jobs/%", "/jobs/%ZZ", "/jobs/%C3%28", "/jobs?limit=%E4", "/%"].map(
  (path): Row => [`the encoding of ${path}`, { method: "GET", path, ...invalid, names: "percent-encoding" }],
);

const actions: Row[] = [
  [
    "a cancel with a body",
    { method: "POST", path: "/jobs/{job}/cancel", body: '{"reason":"x"}', ...invalid, names: "reason" },
  ],
  [
    "a deletion by nobody",
    {
      method: "DELETE",
      path: "/jobs/{job}",
      token: null,
      status: 401,
      type: "unauthenticated",
      names: "Authorization",
    },
  ],
  ["a deletion of an upload that is none", { method: "DELETE", path: "/uploads/{job}", ...notFound }],
  ["a retry with a body", { method: "POST", path: "/jobs/{job}/retry", body: "[]", ...invalid, names: "body" }],
  ["somebody else's job", { method: "GET", path: "/jobs/{other}", ...notFound }],
  ["a cancel of somebody else's job", { method: "POST", path: "/jobs/{other}/cancel", ...notFound }],
  [
    "a retry of a completed job",
    { method: "POST", path: "/jobs/{job}/retry", status: 409, type: "conflict", names: "failed" },
  ],
  [
    "a cancel of a completed job",
    { method: "POST", path: "/jobs/{job}/cancel", status: 409, type: "conflict", names: "ended" },
  ],
];

const user = { username: "x", email: "x@example.com", password: "long enough" };
const users: Row[] = [
  bodyRow("a registration without anything", "{}", "username", register),
  bodyRow("an address that is none", JSON.stringify({ ...user, email: "x" }), "email", register),
  bodyRow("an address with a line break", JSON.stringify({ ...user, email: "x@exa\nmple.com" }), "email", register),
  bodyRow(
    "an address of 300 characters",
    JSON.stringify({ ...user, email: `${"x".repeat(290)}@example.com` }),
    "email",
    register,
  ),
  bodyRow("an address as a list", JSON.stringify({ ...user, email: [user.email] }), "email", register),
  bodyRow("a password of 7 characters", JSON.stringify({ ...user, password: "1234567" }), "password", register),
  bodyRow("a password of 129 characters", JSON.stringify({ ...user, password: "x".repeat(129) }), "password", register),
  bodyRow("a password as a number", JSON.stringify({ ...user, password: 12345678 }), "password", register),
  bodyRow("a name of white space", JSON.stringify({ ...user, username: "  " }), "username", register),
  bodyRow("a name with a NUL", JSON.stringify({ ...user, username: "a\0b" }), "username", register),
  bodyRow("a name of 65 characters", JSON.stringify({ ...user, username: "🌊".repeat(65) }), "username", register),
  bodyRow("a role at registration", JSON.stringify({ ...user, role: "admin" }), "role", register),
  bodyRow("a login without a password", '{"email":"x@example.com"}', "password", login),
  bodyRow("a login with an operator object", '{"email":{"$gt":""},"password":"x"}', "email", login),
  [
    "a login with a wrong password",
    { ...login, body: '{"email":"x@example.com","password":"wrong"}', ...unauthenticated },
  ],
  bodyRow("a profile without anything", "{}", "", { method: "PUT", path: "/users/me" }),
  bodyRow("a profile with a role", '{"username":"x","role":"admin"}', "role", { method: "PUT", path: "/users/me" }),
  bodyRow("a new password alone", '{"password":"long enough"}', "currentPassword", {
    method: "PUT",
    path: "/users/me",
  }),
  bodyRow("credits for oneself", '{"credits":1000000}', "credits", { method: "PUT", path: "/users/me" }),
  [
    "a wrong current password",
    {
      ...{ method: "PUT", path: "/users/me", body: '{"password":"long enough","currentPassword":"wrong"}' },
      ...{ status: 403, type: "forbidden", names: "password" },
    },
  ],
];

export const malformedCalls: readonly Row[] = [
  ...[...tokens, ...ids, ...lists, ...filters],
  ...[...wrongMethods, ...noRoutes, ...encodings, ...actions, ...users],
];
