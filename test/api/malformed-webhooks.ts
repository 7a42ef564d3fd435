// Webhooks that no client should ask for, and requests over their routes that no client should send.
import { image, invalid, type Row } from "./malformed-row.ts";

const urls: Row[] = [
  ["of another scheme", "ftp://example.com/hook"],
  ["of a file", "file:///etc/passwd"],
  ["of data", "data:text/plain,hello"],
  ["without a scheme", "example.com/hook"],
  ["with a password", "https://user:secret@example.com/hook"],
  ["with an unusual port", "https://example.com:8443/hook"],
  ["of this machine", "http://127.0.0.1/hook"],
  ["of this machine as a number", "http://2130706433/hook"],
  ["of this machine in IPv6", "http://[::ffff:127.0.0.1]/hook"],
  ["of a private network", "http://192.168.0.1/hook"],
  ["of a metadata service", "http://169.254.169.254/latest/meta-data"],
  ["of Alibaba Cloud's metadata service", "http://100.100.100.200/latest/meta-data"],
  ["that is empty", ""],
  ["of 4097 characters", `https://example.com/${"x".repeat(4077)}`],
  ["as a number", 5],
  ["of null", null],
  ["as a list", ["https://example.com/hook"]],
].map(
  ([title, webhookUrl]): Row => [
    `a webhook URL ${title}`,
    { ...image, body: JSON.stringify({ prompt: "x", webhookUrl }), ...invalid, names: "webhookUrl" },
  ],
);

const notFound = { status: 404, type: "not_found", names: "" } as const;
const unauthenticated = { status: 401, type: "unauthenticated", names: "" } as const;

const redeliveries: Row[] = [
  "1",
  "null",
  "%00",
  "..%2fprofile",
  "{job}",
  "{job}-0",
  "{job}-01",
  "{job}-1",
  "{other}-1",
].map(
  (id): Row => [`a redelivery of ${id}`, { method: "POST", path: `/webhooks/deliveries/${id}/redeliver`, ...notFound }],
);

const lists: Row[] = [
  ["limit=0", "limit"],
  ["cursor=garbage", "cursor"],
  ["cursor={job}", "cursor"],
  ["status=lost", "status"],
  ["offset=5", "offset"],
].map(
  ([query = "", names = ""]): Row => [
    `/webhooks/deliveries?${query}`,
    { method: "GET", path: `/webhooks/deliveries?${query}`, ...invalid, names },
  ],
);

const secrets: Row[] = [
  ["no token on the secret", { method: "GET", path: "/webhooks/secret", token: null, ...unauthenticated }],
  ["no token on a rotation", { method: "POST", path: "/webhooks/secret/rotate", token: null, ...unauthenticated }],
  [
    "a rotation to a secret of one's own",
    {
      ...{ method: "POST", path: "/webhooks/secret/rotate", body: '{"secret":"whsec_YQ=="}' },
      ...invalid,
      names: "secret",
    },
  ],
  ["a list without a token", { method: "GET", path: "/webhooks/deliveries", token: null, ...unauthenticated }],
];

const calls: Row[] = [
  "{provider}/{token}",
  "sketch/{job}",
  "fal/%00",
  "..%2f..%2fhealth/x",
  `fal/${"x".repeat(2000)}`,
  "fal/eyJhbGciOiJub25lIn0",
].map(
  (path): Row => [
    `a provider's call to ${path.slice(0, 40)}`,
    { method: "POST", path: `/webhooks/${path}`, ...notFound },
  ],
);

export const malformedWebhooks: Row[] = [...urls, ...redeliveries, ...lists, ...secrets, ...calls];
