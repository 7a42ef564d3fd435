// What is known of a work, and what can be done with it.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { download, failureOf, type Verdict } from "dream-factory-client";
import { useState } from "react";
import { useClient } from "../api/studio.tsx";
import { Icon } from "../components/icon.tsx";
import { notice } from "../components/notices.tsx";
import type { Work } from "../components/work.ts";
import { madeAgain, takeAsInput } from "../make/draft.ts";
import { wordsOf } from "../texts/failures.ts";
import { bytes, clock, moment } from "../texts/format.ts";
import { type Texts, useLocale, useTexts } from "../texts/texts.ts";

/** `onLeave`: it is looked at no more, because it is gone or taken to the composer. */
export function AboutWork({ work, onLeave }: { work: Work; onLeave(): void }) {
  const [t, locale] = [useTexts(), useLocale()];
  const { job, output } = work;
  const { width, height, durationMs } = output;
  const [startedAt, completedAt] = [job.startedAt ?? job.createdAt, job.completedAt];
  const facts: [string, string | null][] = [
    [t.works.model, `${job.provider} · ${job.model}`],
    [
      t.works.size,
      [width && `${width} × ${height}`, durationMs && clock(durationMs), bytes(output.size, locale)]
        .filter(Boolean)
        .join(" · "),
    ],
    [t.works.cost, t.make.price(job.cost)],
    [t.works.seed, job.params.seed === undefined ? null : String(job.params.seed)],
    [t.works.made, moment(job.createdAt, locale)],
    [t.works.took, completedAt ? took(t, Date.parse(completedAt) - Date.parse(startedAt)) : null],
  ];
  return (
    <>
      <p className="about-prompt">{job.prompt || t.works.noPrompt}</p>
      <WorkActs work={work} onLeave={onLeave} />
      <dl className="facts">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="number">{value}</dd>
            </div>
          ),
        )}
        <div>
          <dt>{t.works.labels}</dt>
          <dd>
            <Labels work={work} />
          </dd>
        </div>
      </dl>
    </>
  );
}

/** Most take moments: those have tenths. */
function took(t: Texts, ms: number): string {
  return ms < 60_000 ? t.make.seconds(Math.max(1, Math.round(ms / 100)) / 10) : clock(ms);
}

/** Which labels it carries is read from the file itself. */
function Labels({ work: { output } }: { work: Work }) {
  const [t, client] = [useTexts(), useClient()];
  const { data, error } = useQuery({
    queryKey: ["labels", output.key],
    queryFn: ({ signal }) => client.verify({ output: output.key }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error) return <span className="soft">{wordsOf(t, error)}</span>;
  if (!data) return <span className="soft">{t.loading}</span>;
  const names = labelNames(t, data, output.visibleLabel);
  return (
    <ul className="tags" title={data.summary}>
      {names.map((name) => (
        <li key={name} className="tag good">
          {name}
        </li>
      ))}
      {names.length === 0 && <li className="soft">{t.works.labelNone}</li>}
    </ul>
  );
}

function labelNames(t: Texts, { marks }: Verdict, isVisible: boolean): string[] {
  const kinds = new Set(marks.map(({ kind }) => t.works.labelNames[kind]));
  return [...(isVisible ? [t.works.labelVisible] : []), ...kinds];
}

function WorkActs({ work, onLeave }: { work: Work; onLeave(): void }) {
  const t = useTexts();
  const { job, output } = work;
  const [isAsking, setAsking] = useState(false);
  const take = (toComposer: () => void) => () => {
    toComposer();
    onLeave();
  };
  const copy = () =>
    navigator.clipboard.writeText(new URL(output.url, location.href).href).then(
      () => notice(isSigned(output.url) ? t.works.copiedForNow : t.works.copied),
      (error) => notice(wordsOf(t, error), { isBad: true }),
    );
  return (
    <div className="acts">
      <DownloadButton work={work} />
      {output.type === "image" && (
        <button type="button" className="plain" onClick={take(() => takeAsInput(work))}>
          <Icon name="use" />
          {t.works.useLong}
        </button>
      )}
      <button type="button" className="plain" onClick={take(() => madeAgain(job))}>
        <Icon name="again" />
        {t.works.makeAgainLong}
      </button>
      <button type="button" className="plain" onClick={copy}>
        <Icon name="link" />
        {t.works.copyLink}
      </button>
      {isAsking ? (
        <DeleteWork work={work} onGone={onLeave} onKeep={() => setAsking(false)} />
      ) : (
        <button type="button" className="plain" onClick={() => setAsking(true)}>
          <Icon name="remove" />
          {t.works.remove}
        </button>
      )}
    </div>
  );
}

/** Whoever has it may read the file, for about an hour: S3 and those like it, and OSS in its two ways. */
function isSigned(url: string): boolean {
  const { searchParams } = new URL(url, location.href);
  return ["X-Amz-Signature", "x-oss-signature", "Signature"].some((name) => searchParams.has(name));
}

export function DownloadButton({ work, isShort = false }: { work: Work; isShort?: boolean }) {
  const [t, client] = [useTexts(), useClient()];
  const saving = useMutation({
    mutationFn: () => download(client, work.job.id, { index: work.output.index }),
    onError: (error) => notice(wordsOf(t, error), { isBad: true }),
  });
  return (
    <button
      type="button"
      className={isShort ? "" : "plain first"}
      aria-label={isShort ? t.works.download : undefined}
      disabled={saving.isPending}
      onClick={() => saving.mutate()}
    >
      <Icon name="download" />
      {!isShort && t.works.download}
    </button>
  );
}

function DeleteWork({ work: { job }, onGone, onKeep }: { work: Work; onGone(): void; onKeep(): void }) {
  const [t, client, queries] = [useTexts(), useClient(), useQueryClient()];
  const deleting = useMutation({
    mutationFn: () => client.deleteJob(job.id),
    onSuccess() {
      notice(t.works.removed);
      void queries.invalidateQueries({ queryKey: ["works"] });
      void queries.invalidateQueries({ queryKey: ["me"] });
      onGone();
    },
    onError: (error) =>
      notice(failureOf(error)?.type === "conflict" ? t.works.inUse : wordsOf(t, error), { isBad: true }),
  });
  return (
    <div className="asked" role="alertdialog" aria-label={t.works.removeTitle}>
      <p>
        <b>{t.works.removeTitle}</b> {t.works.removeLead(job.outputs.length)}
      </p>
      <button type="button" className="plain danger" disabled={deleting.isPending} onClick={() => deleting.mutate()}>
        {t.works.remove}
      </button>
      <button type="button" className="plain" onClick={onKeep}>
        {t.cancel}
      </button>
    </div>
  );
}
