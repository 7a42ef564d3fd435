// Signing in, registering; and signing in again over the page when a token has ended.
import { useMutation } from "@tanstack/react-query";
import { failureOf, type Session } from "dream-factory-client";
import { type ReactNode, useState } from "react";
import { useSendsMail } from "../api/reading.ts";
import { sessions } from "../api/session.ts";
import { useClient } from "../api/studio.tsx";
import { Modal } from "../components/modal.tsx";
import { Brand, OtherLanguage } from "../frame.tsx";
import { wordsOf } from "../texts/failures.ts";
import { type Texts, useTexts } from "../texts/texts.ts";
import { Field } from "./field.tsx";

export function Door() {
  const t = useTexts();
  const [isNew, setNew] = useState(true);
  return (
    <div className="door">
      <header className="top">
        <Brand />
        <span className="spread" />
        <OtherLanguage />
      </header>
      <main className="door-inside">
        <div className="door-words">
          <h1>{t.door.welcome}</h1>
          <p>{t.door.lead}</p>
          <Landscape />
        </div>
        <div className="card door-card">
          <h2>{isNew ? t.door.register : t.door.signIn}</h2>
          {isNew ? <Register /> : <SignIn />}
          {!isNew && <Forgotten />}
          <button type="button" className="link" onClick={() => setNew(!isNew)}>
            {isNew ? t.door.toSignIn : t.door.toRegister}
          </button>
        </div>
      </main>
    </div>
  );
}

/** The page behind stays as it is. */
export function DoorAgain({ email }: { email: string }) {
  const t = useTexts();
  return (
    <Modal label={t.door.ended} className="narrow">
      <h2>{t.door.ended}</h2>
      <p className="soft">{t.door.endedLead}</p>
      <SignIn email={email} wasKept={sessions.isKept()} />
      <button type="button" className="link" onClick={() => sessions.end()}>
        {t.door.other}
      </button>
    </Modal>
  );
}

function Register() {
  const [t, client] = [useTexts(), useClient()];
  return (
    <Enter
      button={t.door.register}
      isNew
      enter={({ username, email, password }) => client.register({ username, email, password })}
    />
  );
}

function SignIn({ email, wasKept }: { email?: string; wasKept?: boolean }) {
  const [t, client] = [useTexts(), useClient()];
  return (
    <Enter
      button={t.door.signIn}
      email={email}
      wasKept={wasKept}
      enter={({ email, password }) => client.login({ email, password })}
    />
  );
}

/** The answer never says whether anybody has the address. */
function Forgotten() {
  const [t, client] = [useTexts(), useClient()];
  const [isOpen, setOpen] = useState(false);
  const [email, setEmail] = useState("");
  const asking = useMutation({ mutationFn: () => client.forgotPassword({ email }) });
  if (!useSendsMail()) return null;
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="link">{t.door.forgot}</summary>
      {isOpen && (
        <form
          className="fields"
          onSubmit={(event) => {
            event.preventDefault();
            asking.mutate();
          }}
        >
          <p className="small soft">{t.door.forgotLead}</p>
          <Field label={t.door.email} type="email" value={email} onInput={setEmail} required autoComplete="email" />
          <Trouble error={asking.error}>
            {asking.error && (failureOf(asking.error)?.type === "not_found" ? t.door.noMail : wordsOf(t, asking.error))}
          </Trouble>
          {asking.isSuccess && <p className="tag good">{t.door.forgotSent}</p>}
          <button type="submit" className="plain" disabled={asking.isPending}>
            {t.door.send}
          </button>
        </form>
      )}
    </details>
  );
}

interface Entered {
  username: string;
  email: string;
  password: string;
}

interface EnterProps {
  button: string;
  isNew?: boolean;
  /** Known already. */
  email?: string | undefined;
  wasKept?: boolean | undefined;
  enter(entered: Entered): Promise<Session>;
}

function Enter({ button, isNew = false, email: known, wasKept = true, enter }: EnterProps) {
  const t = useTexts();
  const [entered, setEntered] = useState<Entered>({ username: "", email: known ?? "", password: "" });
  const [isKept, setKept] = useState(wasKept);
  const change = (part: Partial<Entered>) => setEntered((before) => ({ ...before, ...part }));
  const entering = useMutation({
    mutationFn: () => enter({ ...entered, username: entered.username.trim() || (entered.email.split("@")[0] ?? "") }),
    onSuccess: (session) => sessions.begin(session, isKept),
  });
  return (
    <form
      className="fields"
      onSubmit={(event) => {
        event.preventDefault();
        entering.mutate();
      }}
    >
      {isNew && (
        <Field
          label={t.door.username}
          value={entered.username}
          onInput={(username) => change({ username })}
          autoComplete="nickname"
          maxLength={64}
        />
      )}
      <Field
        label={t.door.email}
        type="email"
        value={entered.email}
        readOnly={known !== undefined}
        onInput={(email) => change({ email })}
        autoComplete="email"
        required
      />
      <Field
        label={t.door.password}
        type="password"
        hint={isNew ? t.door.passwordHint : undefined}
        value={entered.password}
        onInput={(password) => change({ password })}
        autoComplete={isNew ? "new-password" : "current-password"}
        minLength={isNew ? 8 : 1}
        maxLength={128}
        required
      />
      <label className="check">
        <input type="checkbox" checked={isKept} onChange={({ currentTarget }) => setKept(currentTarget.checked)} />
        {t.door.keep}
      </label>
      <Trouble error={entering.error}>{entering.error && whyNot(t, entering.error)}</Trouble>
      <button type="submit" className="go wide" disabled={entering.isPending && !entering.isPaused}>
        {entering.isPaused ? t.waitingForNetwork : button}
      </button>
    </form>
  );
}

function Trouble({ error, children }: { error: Error | null; children: ReactNode }) {
  return (
    <div role="alert" className={error ? "trouble" : "unseen"}>
      {children}
    </div>
  );
}

function whyNot(t: Texts, error: Error): string {
  const type = failureOf(error)?.type;
  if (type === "unauthenticated") return t.door.wrong;
  return type === "conflict" ? t.door.taken : wordsOf(t, error);
}

function Landscape() {
  return (
    <svg className="landscape" viewBox="0 0 640 300" aria-hidden="true" preserveAspectRatio="xMidYMax slice">
      <rect className="sky" width="640" height="300" />
      <circle className="moon" cx="462" cy="96" r="44" />
      <path className="far" d="M0 190c60-40 130-50 190-22s110 18 170-12 140-30 280 22v122H0z" />
      <path className="near" d="M0 226c90-30 150-8 240-4s170-40 400 2v76H0z" />
      <rect className="water" y="236" width="640" height="64" />
      <path className="glint" d="M420 250h84M436 262h54M448 274h32M452 286h20" />
      <path className="boat" d="M150 246h96l-14 14h-66zM176 246c4-22 40-22 44 0zM228 246v-30" />
      <circle className="lamp" cx="228" cy="214" r="5" />
    </svg>
  );
}
