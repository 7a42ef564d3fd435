// What is under way, and what has failed until it is put away.
import { useMutation } from "@tanstack/react-query";
import { failureOf, type Job } from "dream-factory-client";
import { useMemo } from "react";
import { putAways, useLiveStore, useUnderWay } from "../api/live-context.tsx";
import { useWorks } from "../api/reading.ts";
import { useStored } from "../api/stored.ts";
import { useClient } from "../api/studio.tsx";
import { JobProgress } from "../components/job-progress.tsx";
import { notice } from "../components/notices.tsx";
import { useOnePress } from "../components/one-press.ts";
import { wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";
import { madeAgain } from "./draft.ts";
import { outbox, takeOut } from "./outbox.ts";
import { usualOf } from "./usual.ts";

export function InTheWorks() {
  const t = useTexts();
  const { jobs } = useUnderWay();
  const { jobs: done } = useWorks();
  const waiting = useStored(outbox);
  const own = useMemo(() => jobs.filter(({ project }) => !project), [jobs]);
  if (own.length === 0 && waiting.length === 0) return null;
  return (
    <section aria-labelledby="in-the-works">
      <div className="head">
        <h2 id="in-the-works">{t.works.inTheWorks}</h2>
        <p className="soft small">{t.works.goesOn}</p>
      </div>
      <ul className="jobs">
        {waiting.map(({ key, body }) => (
          <li key={key} className="card job waiting">
            <p className="job-title">{body.prompt ?? t.works.noPrompt}</p>
            <p className="soft small">
              {t.make.sending} {t.make.sentAgain}
            </p>
            <button type="button" className="link" onClick={() => takeOut(key)}>
              {t.cancel}
            </button>
          </li>
        ))}
        {own.map((job) => (
          <li key={job.id}>
            <OneJob job={job} done={done} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function OneJob({ job, done }: { job: Job; done: readonly Job[] }) {
  const [t, client, live] = [useTexts(), useClient(), useLiveStore()];
  const usual = useMemo(() => usualOf(job, done), [job, done]);
  const putAway = () => {
    putAways.set([job.id, ...putAways.get()].slice(0, 200));
    live.putAway(job.id);
  };
  const cancelling = useMutation({
    mutationFn: () => client.cancelJob(job.id),
    onSuccess: (ended) => {
      live.hear({ event: "ended", data: { jobId: job.id, job: ended } });
      notice(`${t.job.cancelled}. ${ended.cost > 0 ? t.job.back(ended.cost) : t.job.free}`);
    },
    onError: (error) =>
      notice(failureOf(error)?.type === "too_late" ? t.job.tooLate : wordsOf(t, error), { isBad: true }),
  });
  const retrying = useMutation({
    mutationFn: () => client.retryJob(job.id),
    onSuccess: (again) => live.hear({ event: "progress", data: { jobId: job.id, job: again } }),
    onError: (error) => notice(wordsOf(t, error), { isBad: true }),
  });
  const press = useOnePress();
  return (
    <JobProgress
      job={job}
      usual={usual}
      isCancelling={cancelling.isPending}
      onCancel={() => cancelling.mutate()}
      onRetry={retrying.isPending ? undefined : () => press(() => retrying.mutate())}
      onEdit={() => {
        madeAgain(job);
        putAway();
      }}
      onPutAway={putAway}
    />
  );
}
