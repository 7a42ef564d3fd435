// Who one is here, and how the page looks.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { failureOf } from "dream-factory-client";
import { useState } from "react";
import { language, languages, theme, themes } from "../api/preferences.ts";
import { useMe, useSendsMail } from "../api/reading.ts";
import { sessions } from "../api/session.ts";
import { useStored } from "../api/stored.ts";
import { useClient, useSession } from "../api/studio.tsx";
import { Segments } from "../components/chip.tsx";
import { notice } from "../components/notices.tsx";
import { wordsOf } from "../texts/failures.ts";
import { bytes } from "../texts/format.ts";
import { useLocale, useTexts } from "../texts/texts.ts";
import { Field } from "./field.tsx";

export function AccountPage() {
  const t = useTexts();
  const session = useSession();
  return (
    <div className="page">
      <div className="head">
        <h1>{t.account.title}</h1>
        <p className="soft">{session?.email}</p>
      </div>
      <div className="cards">
        <section className="card fields">
          <Name />
          <Verification />
          <Storage />
        </section>
        <section className="card">
          <Password />
        </section>
        <section className="card fields">
          <Looks />
          <SignOut />
        </section>
      </div>
    </div>
  );
}

function Name() {
  const [t, client, queries] = [useTexts(), useClient(), useQueryClient()];
  const { data } = useMe();
  const [typed, setTyped] = useState<string | null>(null);
  const saving = useMutation({
    mutationFn: (username: string) => client.updateMe({ username }),
    onSuccess() {
      setTyped(null);
      notice(t.saved);
      void queries.invalidateQueries({ queryKey: ["me"] });
    },
    onError: (error) => notice(wordsOf(t, error), { isBad: true }),
  });
  return (
    <form
      className="fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed?.trim()) saving.mutate(typed.trim());
      }}
    >
      <Field
        label={t.account.name}
        value={typed ?? data?.username ?? ""}
        onInput={setTyped}
        maxLength={64}
        autoComplete="nickname"
      />
      {typed !== null && typed.trim() !== data?.username && (
        <button type="submit" className="plain first" disabled={saving.isPending}>
          {t.save}
        </button>
      )}
    </form>
  );
}

/** Only where mail is sent, and it is still to be done. */
function Verification() {
  const [t, client] = [useTexts(), useClient()];
  const { data } = useMe();
  const sendsMail = useSendsMail();
  const sending = useMutation({
    mutationFn: () => client.sendVerification(),
    onError: (error) => notice(wordsOf(t, error), { isBad: true }),
  });
  if (!sendsMail || !data || data.emailVerified) return null;
  return (
    <div className="field">
      <p className="small soft">{t.account.notVerified}</p>
      {sending.isSuccess ? (
        <p className="tag good">{t.account.verificationSent}</p>
      ) : (
        <button type="button" className="plain first" disabled={sending.isPending} onClick={() => sending.mutate()}>
          {t.account.sendVerification}
        </button>
      )}
    </div>
  );
}

function Storage() {
  const [t, locale] = [useTexts(), useLocale()];
  const { data } = useMe();
  if (!data) return null;
  const { usedBytes, maxBytes } = data.storage;
  return (
    <div className="field">
      <span>{t.account.storage}</span>
      <progress max={maxBytes} value={usedBytes} aria-label={t.account.storage} />
      <span className="small soft number">{t.account.used(bytes(usedBytes, locale), bytes(maxBytes, locale))}</span>
    </div>
  );
}

function Password() {
  const [t, client] = [useTexts(), useClient()];
  const [currentPassword, setCurrent] = useState("");
  const [password, setNext] = useState("");
  const changing = useMutation({
    mutationFn: () => client.updateMe({ password, currentPassword }),
    onSuccess({ token }) {
      if (token) sessions.renew(token);
      setCurrent("");
      setNext("");
      notice(t.account.changed);
    },
  });
  const type = failureOf(changing.error)?.type;
  return (
    <form
      className="fields"
      onSubmit={(event) => {
        event.preventDefault();
        changing.mutate();
      }}
    >
      <h2>{t.account.password}</h2>
      <Field
        label={t.account.current}
        type="password"
        value={currentPassword}
        onInput={setCurrent}
        required
        autoComplete="current-password"
      />
      <Field
        label={t.account.next}
        type="password"
        hint={t.door.passwordHint}
        value={password}
        onInput={setNext}
        required
        minLength={8}
        maxLength={128}
        autoComplete="new-password"
      />
      {changing.error && (
        <p className="trouble" role="alert">
          {type === "forbidden" || type === "unauthenticated" ? t.account.wrongCurrent : wordsOf(t, changing.error)}
        </p>
      )}
      <button type="submit" className="plain first" disabled={changing.isPending}>
        {t.account.change}
      </button>
    </form>
  );
}

function Looks() {
  const t = useTexts();
  const [words, look] = [useStored(language), useStored(theme)];
  return (
    <>
      <div className="field">
        <span>{t.account.language}</span>
        <Segments
          label={t.account.language}
          value={words}
          options={languages}
          words={(each) => (each === "zh" ? "中文" : "English")}
          onChoose={language.set}
        />
      </div>
      <div className="field">
        <span>{t.account.theme}</span>
        <Segments
          label={t.account.theme}
          value={look}
          options={themes}
          words={(each) => t.account.themes[each]}
          onChoose={theme.set}
        />
      </div>
    </>
  );
}

function SignOut() {
  const [t, client] = [useTexts(), useClient()];
  const [words, look] = [useStored(language), useStored(theme)];
  const everywhere = useMutation({
    mutationFn: () => client.logout(),
    onSuccess() {
      sessions.end();
      // The server's answer has the browser forget everything; what belongs to the browser is written down again.
      language.set(words);
      theme.set(look);
    },
    onError: (error) => notice(wordsOf(t, error), { isBad: true }),
  });
  return (
    <div className="acts">
      <button type="button" className="plain" disabled={everywhere.isPending} onClick={() => everywhere.mutate()}>
        {t.account.signOutEverywhere}
      </button>
      <button type="button" className="plain" onClick={() => sessions.end()}>
        {t.account.signOutHere}
      </button>
    </div>
  );
}
