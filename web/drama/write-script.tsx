// Having the screenplay written, for a price that the button says; then how far it is.
import { useMutation, useQuery } from "@tanstack/react-query";
import type { Project } from "dream-factory-client";
import { useLiveStore, useUnderWay } from "../api/live-context.tsx";
import { useClient } from "../api/studio.tsx";
import { useWishKeys } from "../api/wish-key.ts";
import { JobProgress } from "../components/job-progress.tsx";
import { notice } from "../components/notices.tsx";
import { useOnePress } from "../components/one-press.ts";
import { wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";

export interface WriteScriptProps {
  project: Project;
  /** On the button. */
  words: string;
  className: "go" | "plain";
}

export function WriteScript({ project, words, className }: WriteScriptProps) {
  const [t, client, live] = [useTexts(), useClient(), useLiveStore()];
  const { jobs } = useUnderWay();
  const [press, keys] = [useOnePress(), useWishKeys()];
  const job = jobs.find((each) => each.project?.id === project.id && each.type === "text");
  const prompt = project.description || project.title;
  const { episodes, scenesPerEpisode, durationSec } = project;
  const { data: price } = useQuery({
    queryKey: [`project ${project.id}`, "screenplay price", prompt, episodes, scenesPerEpisode, durationSec],
    queryFn: ({ signal }) =>
      client.quote({ type: "text", prompt, episodes, scenesPerEpisode, durationSec }, { signal }),
  });
  const writing = useMutation({
    mutationFn: () =>
      client.generateScenes(project.id, { prompt }, { idempotencyKey: keys.of(`${project.version} ${prompt}`) }),
    onSuccess(begun) {
      keys.answered();
      live.add(begun);
    },
    onError(error) {
      keys.answered(error);
      notice(wordsOf(t, error), { isBad: true });
    },
  });
  const write = () => press(() => writing.mutate());
  const canRetry = job?.status === "failed" && !writing.isPending;
  if (job) return <JobProgress job={job} onRetry={canRetry ? write : undefined} />;
  return (
    <button type="button" className={className} disabled={!price || writing.isPending} onClick={write}>
      {words}
      <span className="price number">{price ? (price.price === 0 ? t.make.free : price.price) : "…"}</span>
    </button>
  );
}
