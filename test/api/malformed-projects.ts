// Requests for projects that no client should send.
import { bodyRow, invalid, type Row } from "./malformed-row.ts";

const create = { method: "POST", path: "/projects" } as const;
const drama = { method: "POST", path: "/projects/generate-drama" } as const;
const endless = { title: "x", episodes: 20, scenesPerEpisode: 10, durationSec: 600 };
const notFound = { status: 404, type: "not_found", names: "" } as const;

/** Ids of jobs, which are no projects. */
const own = "/projects/{job}";

const absent: Row[] = (
  [
    ["GET", own, undefined],
    ["PUT", own, '{"version":1,"title":"x"}'],
    ["DELETE", own, undefined],
    ["GET", `${own}/scenes`, undefined],
    ["PUT", `${own}/scenes/e1s1`, '{"version":1}'],
    ["PUT", `${own}/scenes/{sceneId}`, '{"version":1}'],
    ["GET", `${own}/characters`, undefined],
    ["PUT", `${own}/characters/c1`, '{"version":1}'],
    ["PUT", `${own}/characters/{characterId}`, '{"version":1}'],
    ["POST", `${own}/generate-scenes`, '{"prompt":"x"}'],
    ["POST", `${own}/generate-video`, '{"sceneId":"e1s1"}'],
    ["POST", `${own}/quote`, "{}"],
    ["POST", `${own}/productions`, "{}"],
    ["GET", `${own}/progress`, undefined],
    ["GET", "/productions/{job}", undefined],
    ["GET", "/productions/{job}/nodes", undefined],
    ["GET", "/productions/{job}/events", undefined],
    ["GET", "/productions/{job}/export", undefined],
    ["GET", "/productions/{job}/export?format=zip", undefined],
    ["POST", "/productions/{job}/cancel", undefined],
    ["POST", "/productions/{job}/resume", "{}"],
    ["POST", "/productions/{job}/nodes/poster-e1/remake", "{}"],
    ["POST", "/productions/{job}/nodes/{nodeId}/remake", "{}"],
    ["GET", "/productions/42", undefined],
    ["GET", "/projects/42", undefined],
    ["DELETE", "/projects/..%2fjobs", undefined],
  ] as const
).map(
  ([method, path, body]): Row => [
    `${method} ${path} where there is none`,
    { method, path, ...(body === undefined ? {} : { body }), ...notFound },
  ],
);

const lists: Row[] = [
  ["/projects?limit=0", "limit"],
  ["/projects?cursor=garbage", "cursor"],
  ["/projects?status=done", "status"],
  ["/productions?limit=0", "limit"],
  ["/productions?cursor=garbage", "cursor"],
  ["/productions?projectId=42", "projectId"],
  ["/productions/{job}/nodes?cursor=0", "cursor"],
  ["/productions/{job}/events?since=-1", "since"],
  ["/productions/{job}/export?format=pdf", "format"],
  ["/productions/{job}/export?format=srt&episode=0", "episode"],
  [`${own}/scenes?draft=x`, "draft"],
  [`${own}/scenes?cursor=c1`, "cursor"],
  [`${own}/characters?cursor=e1s1`, "cursor"],
].map(([path = "", names = ""]): Row => [path, { method: "GET", path, ...invalid, names }]);

const bodies: Row[] = [
  bodyRow("a project without anything", "{}", "title", create),
  bodyRow("a project as a list", "[]", "body", create),
  bodyRow("a title of 81 characters", JSON.stringify({ title: "x".repeat(81) }), "title", create),
  bodyRow("episodes of 0", '{"title":"x","episodes":0}', "episodes", create),
  bodyRow("episodes as a string", '{"title":"x","episodes":"2"}', "episodes", create),
  bodyRow("both spellings of a key", '{"title":"x","durationSec":60,"duration_sec":60}', "durationSec", create),
  bodyRow("a draft of nothing yet", '{"title":"x","draft":null}', "draft", create),
  bodyRow("a production of one's own", '{"title":"x","running":null}', "running", create),
  bodyRow("a change without a version", '{"title":"x"}', "version", { method: "PUT", path: own }),
  bodyRow("a version of 0", '{"version":0}', "version", { method: "PUT", path: own }),
  bodyRow("a scene's id", '{"version":1,"id":"e1s2"}', "id", { method: "PUT", path: `${own}/scenes/e1s1` }),
  bodyRow("takes of one's own", '{"version":1,"takes":[]}', "takes", { method: "PUT", path: `${own}/scenes/e1s1` }),
  bodyRow("25 lines", JSON.stringify({ version: 1, lines: Array(25).fill({ character: "c1", text: "x" }) }), "lines", {
    ...{ method: "PUT", path: `${own}/scenes/e1s1` },
  }),
  bodyRow("a picture of the network's", '{"version":1,"portrait":{"url":"http://169.254.169.254/"}}', "portrait", {
    ...{ method: "PUT", path: `${own}/characters/c1` },
  }),
  bodyRow("no prompt", "{}", "prompt", { method: "POST", path: `${own}/generate-scenes` }),
  bodyRow("a film of nothing", "{}", "title", drama),
  bodyRow("a film of too many parts", JSON.stringify(endless), "parts to be made", drama),
  bodyRow(
    "a film that is too short for its scenes",
    '{"title":"x","durationSec":8,"scenesPerEpisode":9}',
    "durationSec",
    drama,
  ),
  bodyRow("a film by nobody", '{"title":"x","models":{"video":{"provider":"nobody"}}}', "models.video.provider", drama),
  bodyRow("a budget below nothing", '{"title":"x","budget":-1}', "budget", drama),
  bodyRow("a budget in words", '{"budget":"all"}', "budget", { method: "POST", path: `${own}/productions` }),
  bodyRow("a round with a prompt", '{"prompt":"x"}', "prompt", { method: "POST", path: "/productions/{job}/resume" }),
  bodyRow("a quote with a budget", '{"budget":1}', "budget", { method: "POST", path: `${own}/quote` }),
  bodyRow("no scene", "{}", "sceneId", { method: "POST", path: `${own}/generate-video` }),
  bodyRow("a picture as a number", '{"sceneId":"e1s1","imageUrl":1}', "imageUrl", {
    ...{ method: "POST", path: `${own}/generate-video` },
  }),
];

export const malformedProjects: readonly Row[] = [...absent, ...lists, ...bodies];
