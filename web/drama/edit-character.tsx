// A character's name, part, look and voice; and a picture of them that is not drawn.
import { useMutation } from "@tanstack/react-query";
import { type Character, failureOf, type Production, type ProductionNode } from "dream-factory-client";
import { Field } from "../account/field.tsx";
import { useClient } from "../api/studio.tsx";
import { FileUpload } from "../components/file-upload.tsx";
import { Modal } from "../components/modal.tsx";
import { notice } from "../components/notices.tsx";
import { useFileUpload } from "../components/use-file-upload.ts";
import { partWordsOf, wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";
import { useEdit } from "./edits.ts";
import { useReadAnew } from "./reading.ts";
import { RemakeButton } from "./remake-button.tsx";

export interface EditCharacterProps {
  projectId: string;
  character: Character;
  picture: string | null;
  part: ProductionNode | null;
  production: Production | null;
  onClose(): void;
}

type Typed = Pick<Character, "name" | "role" | "look" | "voice">;

const voices = ["woman", "man", "girl", "boy", "old_woman", "old_man"] as const;

export function EditCharacter({ projectId, character, picture, part, production, onClose }: EditCharacterProps) {
  const [t, client] = [useTexts(), useClient()];
  const readAnew = useReadAnew(projectId);
  const [typed, setTyped] = useEdit<Partial<Typed>>(`${projectId}/${character.draft}/${character.id}`);
  const upload = useFileUpload(client, { most: 1 });
  const failed = partWordsOf(t, part ?? undefined);
  const now: Typed = { ...character, ...typed };
  const change = (part: Partial<Typed>) => setTyped({ ...typed, ...part });
  const saving = useMutation({
    mutationFn: () => {
      const [input] = upload.inputs;
      const portrait = input && "uploadId" in input ? { portrait: { uploadId: input.uploadId } } : {};
      return client.updateCharacter(projectId, character.id, { version: character.version, ...typed, ...portrait });
    },
    async onSuccess() {
      setTyped(null);
      await readAnew();
      notice(t.saved);
      onClose();
    },
    onError: () => void readAnew(),
  });
  return (
    <Modal label={character.name} onClose={onClose}>
      <div className="person">
        {picture && <img src={picture} alt={character.name} />}
        <div className="fields">
          <h2>{character.name}</h2>
          {failed && (
            <p className="trouble" role="alert">
              {failed}
            </p>
          )}
          {production && part && <RemakeButton production={production} part={part} words={t.drama.remakePortrait} />}
          <div className="field">
            <span>{t.drama.changePortrait}</span>
            <FileUpload upload={upload} />
          </div>
        </div>
      </div>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate();
        }}
      >
        <div className="pairs">
          <Field
            label={t.drama.character.name}
            value={now.name}
            onInput={(name) => change({ name })}
            required
            maxLength={40}
          />
          <Field label={t.drama.character.role} value={now.role} onInput={(role) => change({ role })} maxLength={200} />
        </div>
        <label className="field">
          <span>{t.drama.character.look}</span>
          <textarea
            rows={3}
            maxLength={500}
            value={now.look}
            onInput={({ currentTarget }) => change({ look: currentTarget.value })}
          />
        </label>
        <label className="field">
          <span>{t.drama.character.voice}</span>
          <select
            value={now.voice}
            onChange={({ currentTarget }) => change({ voice: voices[currentTarget.selectedIndex] ?? now.voice })}
          >
            {voices.map((voice) => (
              <option key={voice} value={voice}>
                {t.make.voices[voice]}
              </option>
            ))}
          </select>
        </label>
        {saving.error && (
          <p className="trouble" role="alert">
            {failureOf(saving.error)?.type === "conflict" ? t.drama.changedElsewhere : wordsOf(t, saving.error)}
          </p>
        )}
        <div className="acts">
          <button
            type="submit"
            className="go"
            disabled={saving.isPending || upload.isSending || (typed === null && upload.inputs.length === 0)}
          >
            {t.save}
          </button>
          <button
            type="button"
            className="plain"
            onClick={() => {
              setTyped(null);
              onClose();
            }}
          >
            {t.cancel}
          </button>
        </div>
      </form>
    </Modal>
  );
}
