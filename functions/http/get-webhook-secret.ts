// GET /webhooks/secret: what the user's outgoing webhooks are signed with; made when it is first asked for.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownSecrets } from "../../shared/http/openapi/shapes/webhooks.ts";
import { ok } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { publicSecrets, readSecrets } from "../../shared/webhooks/secret.ts";

async function getWebhookSecret({ user }: Accepted) {
  return ok(publicSecrets(await readSecrets(requestRuntime(), user.id)));
}

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "user",
    summary: "What the caller's outgoing webhooks are signed with.",
    answers: () => ({ 200: shownSecrets }),
  },
  getWebhookSecret,
);
