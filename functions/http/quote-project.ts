// POST /projects/{id}/quote: what a production would make now, and what that costs at most; makes nothing.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownProjectQuote } from "../../shared/http/openapi/shapes/production.ts";
import { quotedProduction } from "../../shared/http/requests/projects/quote.ts";
import { settingsOf } from "../../shared/http/requests/projects/settings.ts";
import { ok } from "../../shared/http/results.ts";
import { askForQuote } from "../../shared/productions/starting/ask.ts";
import { productionRuntime } from "../../shared/runtime/productions.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function quoteProject({ body, params: { id = "" }, user }: Accepted<typeof quotedProduction>) {
  const { prompt, edit: said } = body;
  const edit = said && { ...said, settings: said.settings && settingsOf(said.settings) };
  return ok(await askForQuote(productionRuntime(), { userId: user.id, projectId: id }, { prompt, edit }));
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: quotedProduction,
    auth: "user",
    summary: "What a production of the project would make, stage by stage, and what it costs at most.",
    description:
      "Nothing is made. Parts that the project has already, made from the very same, cost nothing. A film of more than 600 parts is refused.",
    answers: () => ({ 200: shownProjectQuote }),
  },
  quoteProject,
);
