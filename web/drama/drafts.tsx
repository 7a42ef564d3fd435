// The screenplays that were written for a drama: one of them counts, and another one may be written beside them.
import { useMutation } from "@tanstack/react-query";
import type { ProjectWithDrafts } from "dream-factory-client";
import { useClient } from "../api/studio.tsx";
import { notice } from "../components/notices.tsx";
import { wordsOf } from "../texts/failures.ts";
import { moment } from "../texts/format.ts";
import { useLocale, useTexts } from "../texts/texts.ts";
import { useReadAnew } from "./reading.ts";
import { WriteScript } from "./write-script.tsx";

export function Drafts({ project }: { project: ProjectWithDrafts }) {
  const [t, client, locale] = [useTexts(), useClient(), useLocale()];
  const readAnew = useReadAnew(project.id);
  const choosing = useMutation({
    mutationFn: (draft: string) => client.updateProject(project.id, { version: project.version, draft }),
    async onSuccess() {
      await readAnew();
      notice(t.saved);
    },
    onError: (error) => {
      notice(wordsOf(t, error), { isBad: true });
      void readAnew();
    },
  });
  if (!project.draft) return null;
  return (
    <section className="drafts">
      <h3>{t.drama.drafts}</h3>
      <ul>
        {project.drafts.map(({ id, title, logline, createdAt }) => (
          <li key={id}>
            <div>
              <b>{title}</b> <span className="small soft">{moment(createdAt, locale)}</span>
              <p className="small soft">{logline}</p>
            </div>
            {id === project.draft ? (
              <span className="tag good">{t.drama.draftNow}</span>
            ) : (
              <button
                type="button"
                className="plain"
                aria-label={`${t.drama.useDraft}: ${title}`}
                disabled={choosing.isPending}
                onClick={() => choosing.mutate(id)}
              >
                {t.drama.useDraft}
              </button>
            )}
          </li>
        ))}
      </ul>
      <WriteScript project={project} words={t.drama.rewrite} className="plain" />
    </section>
  );
}
