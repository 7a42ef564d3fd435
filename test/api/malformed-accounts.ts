// Requests about accounts, bought credits, and what is followed or saved as a whole, that no client should send.
import { bodyRow, invalid, type Row } from "./malformed-row.ts";

const notFound = { status: 404, type: "not_found", names: "" } as const;
const unauthenticated = { status: 401, type: "unauthenticated", names: "" } as const;

const forgot = { method: "POST", path: "/auth/forgot-password", token: null } as const;
const reset = { method: "POST", path: "/auth/reset-password", token: null } as const;
const verify = { method: "POST", path: "/auth/verify-email", token: null } as const;
const sendAgain = { method: "POST", path: "/auth/send-verification" } as const;
const logout = { method: "POST", path: "/auth/logout" } as const;

const accounts: Row[] = [
  bodyRow("a forgotten password of nobody", "{}", "email", forgot),
  bodyRow("a forgotten password of no address", '{"email":"x"}', "email", forgot),
  bodyRow("a reset without a token", '{"password":"correct horse"}', "token", reset),
  bodyRow("a reset to nothing", '{"token":"x","password":""}', "password", reset),
  bodyRow("a verification without a token", "{}", "token", verify),
  bodyRow("a token of 101 characters", JSON.stringify({ token: "x".repeat(101) }), "token", verify),
  bodyRow("a verification of somebody else", '{"email":"a@example.com"}', "email", sendAgain),
  bodyRow("a logout of one device", '{"token":"x"}', "token", logout),
  // The operator has no mail here.
  ["a forgotten password where no mail is sent", { ...forgot, body: '{"email":"a@example.com"}', ...notFound }],
  ["a reset where no mail is sent", { ...reset, body: '{"token":"x","password":"correct horse"}', ...notFound }],
  ["a verification where no mail is sent", { ...verify, body: '{"token":"x"}', ...notFound }],
  ["another mail where none is sent", { ...sendAgain, ...notFound }],
  ["no token on another mail", { ...sendAgain, token: null, ...unauthenticated }],
  ["no token on a logout", { ...logout, token: null, ...unauthenticated }],
];

const checkout = { method: "POST", path: "/credits/checkout" } as const;
const stripe = { method: "POST", path: "/webhooks/stripe", token: null } as const;

const purchases: Row[] = [
  bodyRow("a purchase of nothing", "{}", "packId", checkout),
  bodyRow("a price of one's own", '{"packId":"small","amount":1}', "amount", checkout),
  // The operator sells nothing here.
  ["a purchase where nothing is sold", { ...checkout, body: '{"packId":"small"}', ...notFound }],
  ["a payment where nothing is sold", { ...stripe, body: "{}", ...notFound }],
  ["no token on a purchase", { ...checkout, token: null, body: '{"packId":"small"}', ...unauthenticated }],
  ["no token on orders", { method: "GET", path: "/credits/orders", token: null, ...unauthenticated }],
  ["orders, 0 of them", { method: "GET", path: "/credits/orders?limit=0", ...invalid, names: "limit" }],
  ["orders behind nothing", { method: "GET", path: "/credits/orders?cursor=garbage", ...invalid, names: "cursor" }],
];

const save = "/jobs/{job}/outputs";

const followedAndSaved: Row[] = [
  ["no token on all news", { method: "GET", path: "/events", token: null, ...unauthenticated }],
  ["all news since -1", { method: "GET", path: "/events?since=-1", ...invalid, names: "since" }],
  [
    "all news after what was none",
    { method: "GET", path: "/events", headers: { "last-event-id": "abc" }, ...invalid, names: "last-event-id" },
  ],
  [
    "a WebSocket's address without one",
    { method: "GET", path: "/ws/projects/{job}/progress", status: 426, type: "upgrade_required", names: "WebSocket" },
  ],
  ...["1", "01", "-1", "100", "{index}"].map(
    (index): Row => [`output ${index} of one`, { method: "GET", path: `${save}/${index}/download`, ...notFound }],
  ),
  ["somebody else's output", { method: "GET", path: "/jobs/{other}/outputs/0/download", ...notFound }],
  [
    "an output in another format",
    { method: "GET", path: `${save}/0/download?format=gif`, ...invalid, names: "format" },
  ],
  ["a part of no production", { method: "GET", path: "/productions/{job}/nodes/{nodeId}/download", ...notFound }],
  [
    "a quote for a round of no production",
    { method: "POST", path: "/productions/{job}/quote", body: "{}", ...notFound },
  ],
  bodyRow("a round's quote with a budget", '{"budget":1}', "budget", {
    ...{ method: "POST", path: "/productions/{job}/quote" },
  }),
];

export const malformedAccounts: readonly Row[] = [...accounts, ...purchases, ...followedAndSaved];
