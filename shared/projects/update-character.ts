// Changing a character. A picture that is given is copied first: what is then written counts on nothing that could be deleted under it.
import type { Character } from "../drama/screenplay.ts";
import { AppError } from "../errors/app-error.ts";
import { characterIdPattern, type ProjectCharacter } from "./character.ts";
import type { ProjectDeps } from "./deps.ts";
import type { DraftRef } from "./draft.ts";
import { type AskedPicture, copyPicture } from "./portrait.ts";
import type { ProjectRef } from "./project.ts";
import { characterItem, readCharacter, requireDraft } from "./reading.ts";
import { findProject } from "./stored.ts";
import { requireVersion } from "./update-project.ts";
import { stillIn } from "./update-scene.ts";

/** What is left out stays as it is. */
export interface CharacterChange {
  /** As the caller has read it. */
  version: number;
  name?: string | undefined;
  role?: string | undefined;
  look?: string | undefined;
  voice?: Character["voice"] | undefined;
  /** A picture of the user's; null: one is to be made. */
  portrait?: AskedPicture | null | undefined;
}

/** Throws 400 by name, `not_found`, `storage_full`, or `conflict` when somebody was faster. */
export async function updateCharacter(
  deps: ProjectDeps,
  ref: ProjectRef,
  id: string,
  change: CharacterChange,
): Promise<ProjectCharacter> {
  const draft: DraftRef = { ...ref, draft: requireDraft((await findProject(deps.table, ref)).project) };
  const stored = characterIdPattern.test(id) ? await readCharacter(deps.table, draft, id) : null;
  if (!stored) throw new AppError("not_found");
  requireVersion(stored.value, change);
  const { version: _, portrait: asked, ...said } = change;
  const fields = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const portrait = asked ? await copyPicture(deps, ref, asked) : asked;
  const next: ProjectCharacter = {
    ...stored.value,
    ...(fields as Partial<Character>),
    ...(portrait !== undefined && { portrait }),
    version: stored.value.version + 1,
    updatedAt: deps.clock.now(),
  };
  // Nobody but its user changes it.
  if ((await deps.table.put(characterItem(next), { version: stored.version })) === null) throw overtaken();
  await stillIn(deps, draft);
  return next;
}

function overtaken(): AppError {
  const message = "Somebody was faster. Read it again, then decide.";
  return new AppError("conflict", { message });
}
