// PUT /projects/{id}/characters/{characterId}: another name, look or voice, or a picture of them.

import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownCharacter } from "../../shared/http/openapi/shapes/project.ts";
import { characterChange } from "../../shared/http/requests/projects/character.ts";
import { ok } from "../../shared/http/results.ts";
import { requireFitStore } from "../../shared/http/store-proof.ts";
import { characterIdPattern } from "../../shared/projects/character.ts";
import { publicCharacter } from "../../shared/projects/show.ts";
import { updateCharacter } from "../../shared/projects/update-character.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { requireVerified } from "../../shared/users/require-verified.ts";

async function changeCharacter({
  body,
  params: { id = "", characterId = "" },
  user,
}: Accepted<typeof characterChange>) {
  if (body.portrait) {
    requireVerified(requestRuntime(), user);
    await requireFitStore(requestRuntime());
  }
  const ref = { userId: user.id, projectId: id };
  const character = await updateCharacter(requestRuntime(), ref, characterId, body);
  return ok(await publicCharacter(requestRuntime().store, character));
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: characterChange,
    params: { characterId: characterIdPattern },
    auth: "user",
    summary: "Change a character, or give a picture of them.",
    description: "What is left out stays as it is. A change concerns the next production.",
    answers: () => ({ 200: shownCharacter }),
    errors: ["conflict", "storage_full"],
  },
  changeCharacter,
);
