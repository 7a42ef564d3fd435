// GET /productions/{id}/nodes/{nodeId}/download: where a part of a production is saved from, under a good name: a film, by the part of its episode.

import { downloadQuery } from "../../shared/http/download-query.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownDownload } from "../../shared/http/openapi/shapes/download.ts";
import { ok } from "../../shared/http/results.ts";
import { downloadOf } from "../../shared/jobs/reading/download.ts";
import { findProduction } from "../../shared/productions/reading/find.ts";
import { outputOfNode } from "../../shared/productions/reading/node-output.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function downloadNode({ params, query, user }: Accepted<undefined, typeof downloadQuery>) {
  const { id = "", nodeId = "" } = params;
  const production = await findProduction(requestRuntime(), { userId: user.id, productionId: id });
  const output = await outputOfNode(requestRuntime(), production, nodeId);
  return ok(await downloadOf(requestRuntime().store, output, query.name ?? `${production.title} ${nodeId}`));
}

export const handler = httpFunction(
  requestRuntime,
  {
    query: downloadQuery,
    auth: "user",
    summary: "Where a part of a production is saved from, under a good name.",
    description: "A film is the part of its episode, such as `episode-1`. 404 while the part has no file.",
    answers: () => ({ 200: shownDownload }),
  },
  downloadNode,
);
