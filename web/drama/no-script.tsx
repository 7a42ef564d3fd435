// Before there is a screenplay: it can be written first, at its own price, and shaped before anything is drawn.
import { useMutation, useQuery } from "@tanstack/react-query";
import type { Project } from "dream-factory-client";
import { useLiveStore, useUnderWay } from "../api/live-context.tsx";
import { useClient } from "../api/studio.tsx";
import { JobProgress } from "../components/job-progress.tsx";
import { notice } from "../components/notices.tsx";
import { wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";

export function NoScript({ project }: { project: Project }) {
  const [t, client, live] = [useTexts(), useClient(), useLiveStore()];
  const { jobs } = useUnderWay();
  const job = jobs.find((each) => each.project?.id === project.id && each.type === "text");
  const prompt = project.description || project.title;
  const { episodes, scenesPerEpisode, durationSec } = project;
  const { data: price } = useQuery({
    queryKey: [`project ${project.id}`, "screenplay price"],
    queryFn: ({ signal }) =>
      client.quote({ type: "text", prompt, episodes, scenesPerEpisode, durationSec }, { signal }),
  });
  const writing = useMutation({
    mutationFn: () => client.generateScenes(project.id, { prompt }),
    onSuccess: (begun) => live.add(begun),
    onError: (error) => notice(wordsOf(t, error), { isBad: true }),
  });
  return (
    <section className="card no-script">
      <p className="idea">{project.description}</p>
      {job ? (
        <JobProgress job={job} onRetry={job.status === "failed" ? () => writing.mutate() : undefined} />
      ) : (
        <>
          <p className="soft">{t.drama.noScript}</p>
          <button type="button" className="go" disabled={writing.isPending} onClick={() => writing.mutate()}>
            {t.drama.write}
            <span className="price number">{price ? (price.price === 0 ? t.make.free : price.price) : "…"}</span>
          </button>
        </>
      )}
    </section>
  );
}
