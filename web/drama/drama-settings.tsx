// What a drama is to be, all of it; what another choice costs is said before it is saved. And which of its screenplays counts.
import { useMutation } from "@tanstack/react-query";
import { failureOf, type ProjectWithDrafts, type UpdateProjectRequest } from "dream-factory-client";
import { useState } from "react";
import { useClient } from "../api/studio.tsx";
import { Icon } from "../components/icon.tsx";
import { Modal } from "../components/modal.tsx";
import { notice } from "../components/notices.tsx";
import { wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";
import { Drafts } from "./drafts.tsx";
import { DramaFields, type DramaWish, type Ratio, ratios, Whole } from "./drama-fields.tsx";
import { EditPrice } from "./edit-price.tsx";
import { useEdit } from "./edits.ts";
import { ModelWishes } from "./model-wishes.tsx";
import { useReadAnew } from "./reading.ts";

type Settings = Omit<UpdateProjectRequest, "version" | "draft" | "sceneOrder">;

const MOST_SEED = 2147483647;

export function DramaSettings({ project }: { project: ProjectWithDrafts }) {
  const t = useTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="link" onClick={() => setOpen(true)}>
        <Icon name="sliders" />
        {t.drama.settings}
      </button>
      {isOpen && (
        <Modal label={t.drama.settings} onClose={() => setOpen(false)} className="wide">
          <h2>{t.drama.settings}</h2>
          <Form project={project} onSaved={() => setOpen(false)} />
          <Drafts project={project} />
        </Modal>
      )}
    </>
  );
}

function Form({ project, onSaved }: { project: ProjectWithDrafts; onSaved(): void }) {
  const [t, client] = [useTexts(), useClient()];
  const readAnew = useReadAnew(project.id);
  const [typed, setTyped] = useEdit<Settings>(`${project.id}/settings`);
  const now = { ...project, ...typed };
  const [ratio = "16:9", ...others] = now.ratios;
  const change = (part: Settings) => setTyped({ ...typed, ...part });
  const changeWish = ({ ratio: first, ...part }: Partial<DramaWish>) =>
    change({ ...part, ...(first && { ratios: [first, ...others.filter((each) => each !== first)] }) });
  const saving = useMutation({
    mutationFn: () => client.updateProject(project.id, { version: project.version, ...typed }),
    async onSuccess() {
      setTyped(null);
      await readAnew();
      notice(t.saved);
      onSaved();
    },
    onError: () => void readAnew(),
  });
  return (
    <form
      className="fields"
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <DramaFields value={{ ...now, ratio }} onChange={changeWish} />
      {project.draft && <p className="small soft">{t.drama.nextScript}</p>}
      <OtherFormats first={ratio} others={others} onChange={(rest) => change({ ratios: [ratio, ...rest] })} />
      <ModelWishes models={now.models} onChange={(models) => change({ models })} />
      <div className="pairs">
        <Whole label={t.drama.seed} value={now.seed} min={0} max={MOST_SEED} onInput={(seed) => change({ seed })} />
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={now.onFailure === "degrade"}
          onChange={({ currentTarget }) => change({ onFailure: currentTarget.checked ? "degrade" : "stop" })}
        />
        {t.drama.settle}
      </label>
      {saving.error && (
        <p className="trouble" role="alert">
          {failureOf(saving.error)?.type === "conflict" ? t.drama.changedElsewhere : wordsOf(t, saving.error)}
        </p>
      )}
      {typed && project.draft && <EditPrice projectId={project.id} edit={{ settings: typed }} />}
      {typed && (
        <div className="acts">
          <button type="submit" className="go" disabled={saving.isPending && !saving.isPaused}>
            {saving.isPaused ? t.waitingForNetwork : t.save}
          </button>
          <button type="button" className="plain" onClick={() => setTyped(null)}>
            {t.cancel}
          </button>
        </div>
      )}
    </form>
  );
}

interface OtherFormatsProps {
  first: Ratio;
  others: readonly Ratio[];
  onChange(others: Ratio[]): void;
}

/** Everything is made for the first one; these are cut from the same clips. */
function OtherFormats({ first, others, onChange }: OtherFormatsProps) {
  const t = useTexts();
  return (
    <fieldset className="row">
      <legend>{t.drama.otherFormats}</legend>
      {ratios
        .filter((ratio) => ratio !== first)
        .map((ratio) => (
          <label key={ratio} className="check">
            <input
              type="checkbox"
              checked={others.includes(ratio)}
              onChange={({ currentTarget }) =>
                onChange(currentTarget.checked ? [...others, ratio] : others.filter((each) => each !== ratio))
              }
            />
            {ratio}
          </label>
        ))}
    </fieldset>
  );
}
