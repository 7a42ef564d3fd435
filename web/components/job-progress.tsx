// A job as a card: what it is at, how long it takes, what it costs; and when it fails, why, and what became of the credits.
import type { Job } from "dream-factory-client";
import { type ReactNode, useEffect, useState } from "react";
import { jobWordsOf } from "../texts/failures.ts";
import { clock } from "../texts/format.ts";
import { type Texts, useTexts } from "../texts/texts.ts";
import { Icon } from "./icon.tsx";

export interface JobProgressProps {
  job: Job;
  /** Milliseconds from which to which such jobs usually take. */
  usual?: readonly [number, number] | null;
  /** What is shown while there is nothing: the picture that it is made from. */
  preview?: string | null;
  isCancelling?: boolean;
  onCancel?: (() => void) | undefined;
  onRetry?: (() => void) | undefined;
  onEdit?: (() => void) | undefined;
  onPutAway?: (() => void) | undefined;
}

export function JobProgress({ job, usual = null, preview = null, isCancelling = false, ...acts }: JobProgressProps) {
  const t = useTexts();
  const title = job.prompt || t.works.noPrompt;
  const isOver = job.status === "failed" || job.status === "cancelled";
  return (
    <article className={isOver ? "card job ended" : "card job"} aria-label={title}>
      <div className="job-picture">
        {preview && <img src={preview} alt="" />}
        {isOver ? (
          <Icon name="refused" />
        ) : job.progress > 0 ? (
          <b className="number">{job.progress} %</b>
        ) : (
          <Icon name="wait" />
        )}
      </div>
      <div className="job-side">
        <p className="job-title">{title}</p>
        {isOver ? <Ended job={job} /> : <Going job={job} usual={usual} isCancelling={isCancelling} />}
        <div className="job-acts">
          {isOver ? (
            <>
              {acts.onEdit && <Act onAct={acts.onEdit}>{t.job.edit}</Act>}
              {acts.onRetry && <Act onAct={acts.onRetry}>{t.job.retry}</Act>}
              {acts.onPutAway && <Act onAct={acts.onPutAway}>{t.job.dismiss}</Act>}
            </>
          ) : (
            <>
              {acts.onCancel && !isCancelling && <Act onAct={acts.onCancel}>{t.job.cancel}</Act>}
              {job.cost > 0 && <span className="job-cost number">{t.make.price(job.cost)}</span>}
            </>
          )}
        </div>
      </div>
    </article>
  );
}

function Going({
  job,
  usual,
  isCancelling,
}: {
  job: Job;
  usual: readonly [number, number] | null;
  isCancelling: boolean;
}) {
  const t = useTexts();
  const passed = usePassed(job.startedAt ?? job.createdAt);
  const title = job.prompt || t.works.noPrompt;
  return (
    <>
      <p className="job-stage">{isCancelling ? t.job.cancelling : stageWords(t, job)}</p>
      <progress max={100} value={job.progress} aria-label={t.job.progress(title)} />
      <p className="soft small number">
        {t.job.elapsed(clock(passed))}
        {usual && ` · ${t.job.usual(clock(usual[0]), clock(usual[1]))}`}
      </p>
    </>
  );
}

function Ended({ job }: { job: Job }) {
  const t = useTexts();
  const words = job.error ? jobWordsOf(t, job.error) : t.job.cancelled;
  return (
    <>
      <p className="job-why" title={job.error?.message}>
        {words}
      </p>
      <p className="tag good">{job.cost > 0 && !job.dryRun ? t.job.back(job.cost) : t.job.free}</p>
    </>
  );
}

export function stageWords(t: Texts, { stage, type }: Pick<Job, "stage" | "type">): string {
  return stage === "generating" ? t.job.stages.generating[type] : t.job.stages[stage];
}

function Act({ onAct, children }: { onAct: () => void; children: ReactNode }) {
  return (
    <button type="button" className="link" onClick={onAct}>
      {children}
    </button>
  );
}

/** Milliseconds since then, told anew each second. */
function usePassed(since: string): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, now - Date.parse(since));
}
