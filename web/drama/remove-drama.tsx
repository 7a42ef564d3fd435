// A drama is removed: what goes and what stays is said first.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { failureOf, type Project } from "dream-factory-client";
import { useState } from "react";
import { go } from "../api/route.ts";
import { useClient } from "../api/studio.tsx";
import { Icon } from "../components/icon.tsx";
import { Modal } from "../components/modal.tsx";
import { notice } from "../components/notices.tsx";
import { wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";
import { forgetEdits } from "./edits.ts";

export interface RemoveDramaProps {
  project: Project;
  /** A film of it is being made. */
  isRunning: boolean;
}

export function RemoveDrama({ project, isRunning }: RemoveDramaProps) {
  const t = useTexts();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <button type="button" className="link" onClick={() => setAsking(true)}>
        <Icon name="remove" />
        {t.drama.remove}
      </button>
      {isAsking && <Question project={project} isRunning={isRunning} onClose={() => setAsking(false)} />}
    </>
  );
}

function Question({ project: { id, title }, isRunning, onClose }: RemoveDramaProps & { onClose(): void }) {
  const [t, client, queries] = [useTexts(), useClient(), useQueryClient()];
  const removing = useMutation({
    // Whoever lost the answer, or the race, wanted it gone all the same.
    mutationFn: () =>
      client.deleteProject(id).catch((error) => {
        if (failureOf(error)?.type !== "not_found") throw error;
      }),
    onSuccess() {
      forgetEdits(id);
      notice(t.drama.removed(title));
      go("dramas");
      queries.removeQueries({ queryKey: [`project ${id}`] });
      for (const name of ["projects", "credits", "me"]) void queries.invalidateQueries({ queryKey: [name] });
    },
  });
  // The first button has the focus: what cannot be undone is not done by one Enter too many.
  return (
    <Modal label={t.drama.remove} onClose={onClose} className="narrow">
      <h2>{t.drama.removeTitle(title)}</h2>
      <p>{t.drama.removeLead}</p>
      {isRunning && <p className="caution">{t.drama.removeRunning}</p>}
      <p className="soft">{t.drama.removeStays}</p>
      {removing.error && (
        <p className="trouble" role="alert">
          {wordsOf(t, removing.error)}
        </p>
      )}
      <div className="acts">
        <button type="button" className="plain" onClick={onClose}>
          {t.cancel}
        </button>
        <button
          type="button"
          className="plain danger"
          disabled={removing.isPending && !removing.isPaused}
          onClick={() => removing.mutate()}
        >
          {removing.isPaused ? t.waitingForNetwork : t.drama.remove}
        </button>
      </div>
    </Modal>
  );
}
