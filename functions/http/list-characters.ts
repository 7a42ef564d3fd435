// GET /projects/{id}/characters: who is in a draft.
import * as z from "zod/mini";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { id as draftId } from "../../shared/http/id.ts";
import { cursorLike, listQuery, page } from "../../shared/http/list-query.ts";
import { listOf } from "../../shared/http/openapi/shapes/common.ts";
import { shownCharacter } from "../../shared/http/openapi/shapes/project.ts";
import { ok } from "../../shared/http/results.ts";
import { characterIdPattern } from "../../shared/projects/character.ts";
import { listCharacters } from "../../shared/projects/list.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

const query = z.strictObject({
  ...listQuery.shape,
  draft: z
    .optional(draftId)
    .register(z.globalRegistry, { description: "One of the project's drafts. Absent: the one that counts." }),
});

async function listOwnCharacters({
  query: { limit, cursor, draft },
  params: { id = "" },
  user,
}: Accepted<undefined, typeof query>) {
  const ref = { userId: user.id, projectId: id };
  const after = cursorLike(characterIdPattern, cursor);
  const { items, total, next } = await listCharacters(requestRuntime(), ref, { limit, after, draft });
  return ok(page(items, total, next));
}

export const handler = httpFunction(
  requestRuntime,
  {
    query,
    auth: "user",
    summary: "A project's characters, in their order.",
    answers: () => ({ 200: listOf(shownCharacter) }),
  },
  listOwnCharacters,
);
