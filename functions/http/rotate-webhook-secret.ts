// POST /webhooks/secret/rotate: a new secret; for a day webhooks are signed with the old one too.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownSecrets } from "../../shared/http/openapi/shapes/webhooks.ts";
import { ok } from "../../shared/http/results.ts";
import { runtime } from "../../shared/runtime/runtime.ts";
import { publicSecrets, rotateSecret } from "../../shared/webhooks/secret.ts";

async function rotateWebhookSecret({ user }: Accepted) {
  return ok(publicSecrets(await rotateSecret(runtime(), user.id)));
}

export const handler = httpFunction(
  runtime,
  {
    auth: "user",
    summary: "A new secret; for a day webhooks are signed with the old one too.",
    answers: { 200: shownSecrets },
  },
  rotateWebhookSecret,
);
