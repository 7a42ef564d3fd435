// What one has, how one gets more, and each line that has changed it.
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useCredits } from "../api/reading.ts";
import { useClient, useSession } from "../api/studio.tsx";
import { notice } from "../components/notices.tsx";
import { wordsOf } from "../texts/failures.ts";
import { moment } from "../texts/format.ts";
import { lineWords } from "../texts/lines.ts";
import { useLocale, useTexts } from "../texts/texts.ts";
import { BuyCredits } from "./buy-credits.tsx";
import { Field } from "./field.tsx";

export function CreditsPage() {
  const t = useTexts();
  const { data, error } = useCredits();
  return (
    <div className="page">
      <h1>{t.credits.title}</h1>
      <div className="purses">
        <section className="card purse-card">
          <p className="soft">{t.credits.balance}</p>
          <p className="large number">{data?.balance ?? "…"}</p>
          {data && data.held > 0 && (
            <p className="small" title={t.credits.heldLead}>
              <span className="tag warn number">{t.credits.held(data.held)}</span>{" "}
              <span className="soft">{t.credits.heldLead}</span>
            </p>
          )}
          <p className="small soft number">
            {data && `${t.credits.earned} ${data.totalEarned} · ${t.credits.spent} ${data.totalSpent}`}
          </p>
          {error && <p className="trouble">{wordsOf(t, error)}</p>}
        </section>
        <Redeem />
        <BuyCredits />
      </div>
      <Ledger />
    </div>
  );
}

function Redeem() {
  const [t, client, queries] = [useTexts(), useClient(), useQueryClient()];
  const [code, setCode] = useState("");
  const redeeming = useMutation({
    mutationFn: () => client.redeemCode({ code: code.trim() }),
    onSuccess({ credits }) {
      setCode("");
      notice(t.credits.redeemed(credits));
      void queries.invalidateQueries({ queryKey: ["credits"] });
      void queries.invalidateQueries({ queryKey: ["ledger"] });
    },
  });
  return (
    <section className="card redeem">
      <h2>{t.credits.redeem}</h2>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          redeeming.mutate();
        }}
      >
        <Field
          label={t.credits.code}
          value={code}
          onInput={setCode}
          required
          maxLength={100}
          autoComplete="off"
          spellCheck={false}
        />
        {redeeming.error && (
          <p className="trouble" role="alert">
            {wordsOf(t, redeeming.error)}
          </p>
        )}
        <button type="submit" className="go" disabled={redeeming.isPending && !redeeming.isPaused}>
          {redeeming.isPaused ? t.waitingForNetwork : t.credits.redeemButton}
        </button>
      </form>
    </section>
  );
}

function Ledger() {
  const [t, locale, client, session] = [useTexts(), useLocale(), useClient(), useSession()];
  const ledger = useInfiniteQuery({
    queryKey: ["ledger", session?.userId],
    queryFn: ({ pageParam, signal }) => client.listTransactions({ limit: 30, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  const lines = ledger.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div>
      <h2 id="ledger" className="head">
        {t.credits.ledger}
      </h2>
      {ledger.error && <p className="trouble">{wordsOf(t, ledger.error)}</p>}
      {ledger.isSuccess && lines.length === 0 && <p className="soft">{t.credits.empty}</p>}
      {lines.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: on narrow screens it is scrolled, also by keys.
        <section className="card ledger" tabIndex={0} aria-labelledby="ledger">
          <table>
            <thead>
              <tr>
                <th scope="col">{t.credits.when}</th>
                <th scope="col">{t.credits.what}</th>
                <th scope="col" className="end">
                  {t.credits.amount}
                </th>
                <th scope="col" className="end after">
                  {t.credits.after}
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.map(({ id, createdAt, type, description, amount, balanceAfter }) => (
                <tr key={id}>
                  <td className="soft number">{moment(createdAt, locale)}</td>
                  <td>
                    <span className={amount > 0 ? "tag good" : "tag"}>{t.credits.types[type] ?? type}</span>{" "}
                    {lineWords(t, description)}
                  </td>
                  <td className={amount > 0 ? "end number plus" : "end number"}>
                    {amount > 0 ? `+${amount}` : `−${-amount}`}
                  </td>
                  <td className="end number after">{balanceAfter}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {ledger.hasNextPage && (
        <button
          type="button"
          className="plain more"
          disabled={ledger.isFetchingNextPage}
          onClick={() => ledger.fetchNextPage()}
        >
          {t.credits.moreLines}
        </button>
      )}
    </div>
  );
}
