// What the film costs and how far it is; its one button says what would happen, and for how much.
import { useMutation } from "@tanstack/react-query";
import { isEnded, type Production, type ProductionNode, type Project } from "dream-factory-client";
import { useState } from "react";
import { useLiveStore } from "../api/live-context.tsx";
import { useClient } from "../api/studio.tsx";
import { useWishKeys } from "../api/wish-key.ts";
import { notice } from "../components/notices.tsx";
import { useOnePress } from "../components/one-press.ts";
import { partWordsOf, wordsOf } from "../texts/failures.ts";
import { clock } from "../texts/format.ts";
import { useTexts } from "../texts/texts.ts";
import { Quoted } from "./quoted.tsx";
import { useFilmQuote, useReadAnew } from "./reading.ts";

export interface FilmBarProps {
  project: Project;
  production: Production | null;
  parts: ReadonlyMap<string, ProductionNode>;
}

export function FilmBar({ project, production, parts }: FilmBarProps) {
  const isRunning = production !== null && !isEnded(production);
  return (
    <div className="film-bar">
      <Troubles production={isRunning ? null : production} parts={parts} />
      {isRunning ? <Running production={production} /> : <MakeFilm project={project} production={production} />}
    </div>
  );
}

/** With a place of their own: a shot and a character say it there. */
const shownElsewhere = new Set(["still", "clip", "portrait"]);

/** Why there is less than was wanted. It stays on the page while there is nothing to say, so that it is read out when there is. */
function Troubles({ production, parts }: { production: Production | null; parts: FilmBarProps["parts"] }) {
  const t = useTexts();
  const whole =
    production && production.status !== "completed"
      ? [t.drama.reasons[production.reason ?? "cancelled"] ?? production.reason]
      : [];
  const failed = production ? Array.from(parts.values()).filter(({ kind }) => !shownElsewhere.has(kind)) : [];
  const all = [...new Set([...whole, ...failed.map((part) => partWordsOf(t, part))])].filter((words) => words !== null);
  return (
    <div role="status" className={all.length > 0 ? "trouble" : "unseen"}>
      {all.map((words) => (
        <p key={words}>{words}</p>
      ))}
    </div>
  );
}

function Running({ production }: { production: Production }) {
  const [t, client] = [useTexts(), useClient()];
  const [isAsking, setAsking] = useState(false);
  const stopping = useMutation({
    mutationFn: () => client.cancelProduction(production.id),
    onError: (error) => notice(wordsOf(t, error), { isBad: true }),
  });
  const { stage, percent, made, nodes, restMs, spent, budget, isStopping } = production;
  return (
    <div className="running" aria-live="off">
      <p className="running-stage">
        <b>{isStopping ? t.job.cancelling : t.drama.stages[stage]}</b>
        <span className="number">{percent} %</span>
      </p>
      <progress max={100} value={percent} aria-label={t.job.progress(production.title)} />
      <p className="small soft number">
        {t.drama.made(made, nodes)}
        {restMs !== null && ` · ${t.drama.rest(clock(restMs))}`}
      </p>
      <Budget spent={spent} budget={budget} />
      {isAsking ? (
        <div className="asked" role="alertdialog" aria-label={t.drama.stop}>
          <p>{t.drama.stopLead}</p>
          <button
            type="button"
            className="plain danger"
            disabled={stopping.isPending || isStopping}
            onClick={() => stopping.mutate()}
          >
            {t.drama.stop}
          </button>
          <button type="button" className="plain" onClick={() => setAsking(false)}>
            {t.cancel}
          </button>
        </div>
      ) : (
        !isStopping && (
          <button type="button" className="link" onClick={() => setAsking(true)}>
            {t.drama.stop}
          </button>
        )
      )}
    </div>
  );
}

function Budget({ spent, budget }: { spent: number; budget: number }) {
  const t = useTexts();
  return (
    <div className="budget">
      <p className="small number">
        <b>{t.drama.budget.spent(spent)}</b> · {t.drama.budget.left(Math.max(0, budget - spent))} ·{" "}
        <span className="soft">{t.drama.budget.of(budget)}</span>
      </p>
      <meter min={0} max={Math.max(1, budget)} value={spent} aria-label={t.drama.budget.label} />
    </div>
  );
}

function MakeFilm({ project, production }: { project: Project; production: Production | null }) {
  const [t, client, live] = [useTexts(), useClient(), useLiveStore()];
  const readAnew = useReadAnew(project.id);
  const { data: quote, error } = useFilmQuote(project.id, true);
  const [isShown, setShown] = useState(false);
  const [press, keys] = [useOnePress(), useWishKeys()];
  const making = useMutation({
    mutationFn: (budget: number) =>
      client.createProduction(project.id, { budget }, { idempotencyKey: keys.of(`${project.version} ${budget}`) }),
    onSuccess(begun) {
      keys.answered();
      live.hear({ event: "progress", data: { productionId: begun.id, production: begun } });
      return readAnew();
    },
    onError(thrown) {
      keys.answered(thrown);
      notice(wordsOf(t, thrown), { isBad: true });
    },
  });
  if (error) return <p className="trouble">{wordsOf(t, error)}</p>;
  // A remake that was cancelled, or has failed, leaves the film whole.
  const isWhole = production !== null && (production.status === "completed" || production.made === production.nodes);
  const isUpToDate = quote?.nodes === 0 && isWhole;
  const lacking = quote ? quote.price - quote.balance : 0;
  return (
    <>
      {isUpToDate ? (
        <p className="tag good">{t.drama.upToDate}</p>
      ) : (
        <>
          {quote && (
            <button type="button" className="link" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
              {production ? t.drama.quoteTitle : t.drama.quoteFirst}
            </button>
          )}
          <button
            type="button"
            className="go"
            disabled={!quote || lacking > 0 || making.isPending}
            onClick={() => quote && press(() => making.mutate(quote.price))}
          >
            {production === null ? t.drama.film : isWhole ? t.drama.refilm : t.drama.finish}
            <span className="price number">
              {quote ? (quote.price === 0 ? t.make.free : t.drama.atMost(quote.price)) : "…"}
            </span>
          </button>
          {lacking > 0 && <p className="small wrong">{t.make.lacking(lacking)}</p>}
        </>
      )}
      {isShown && quote && <Quoted quote={quote} />}
    </>
  );
}
