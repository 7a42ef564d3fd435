// POST /webhooks/secret/rotate: a new secret; for a day webhooks are signed with the old one too.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownSecrets } from "../../shared/http/openapi/shapes/webhooks.ts";
import { ok } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { publicSecrets, rotateSecret } from "../../shared/webhooks/secret.ts";

async function rotateWebhookSecret({ user }: Accepted) {
  return ok(publicSecrets(await rotateSecret(requestRuntime(), user.id)));
}

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "user",
    summary: "A new secret; for a day webhooks are signed with the old one too.",
    answers: () => ({ 200: shownSecrets }),
  },
  rotateWebhookSecret,
);
