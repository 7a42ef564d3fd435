// What a mail leads to: a new password, or an address that is verified. The token stands in the address, and is taken out of it at once.
import { useMutation } from "@tanstack/react-query";
import { failureOf } from "dream-factory-client";
import { type ReactNode, useEffect, useState } from "react";
import { go } from "../api/route.ts";
import { sessions } from "../api/session.ts";
import { useClient } from "../api/studio.tsx";
import { Brand, OtherLanguage } from "../frame.tsx";
import { wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";
import { Field } from "./field.tsx";

/** `?token=…` as VERIFY_URL and RESET_URL have it; read once. */
const token = takeToken();

export function ResetPassword() {
  const [t, client] = [useTexts(), useClient()];
  const [password, setPassword] = useState("");
  const resetting = useMutation({
    mutationFn: () => client.resetPassword({ token, password }),
    onSuccess() {
      sessions.end();
      go("make");
    },
  });
  return (
    <Alone>
      <h1>{t.door.choose}</h1>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          resetting.mutate();
        }}
      >
        <Field
          label={t.account.next}
          type="password"
          hint={t.door.passwordHint}
          value={password}
          onInput={setPassword}
          required
          minLength={8}
          maxLength={128}
          autoComplete="new-password"
        />
        <Trouble error={resetting.error} />
        <button type="submit" className="go wide" disabled={resetting.isPending}>
          {t.account.change}
        </button>
      </form>
    </Alone>
  );
}

export function VerifyEmail() {
  const [t, client] = [useTexts(), useClient()];
  const verifying = useMutation({ mutationFn: () => client.verifyEmail({ token }) });
  const { mutate } = verifying;
  useEffect(() => mutate(), [mutate]);
  return (
    <Alone>
      <h1>{t.door.verify}</h1>
      <Trouble error={verifying.error} />
      {verifying.isPending && <p className="soft">{t.loading}</p>}
      {verifying.isSuccess && <p className="tag good">{t.door.verified}</p>}
      <button type="button" className="go wide" onClick={() => go("make")}>
        {t.places.make}
      </button>
    </Alone>
  );
}

function Alone({ children }: { children: ReactNode }) {
  return (
    <div className="door">
      <header className="top">
        <Brand />
        <span className="spread" />
        <OtherLanguage />
      </header>
      <main className="door-inside alone">
        <div className="card door-card">{children}</div>
      </main>
    </div>
  );
}

function Trouble({ error }: { error: Error | null }) {
  const t = useTexts();
  if (!error) return null;
  return (
    <p className="trouble" role="alert">
      {failureOf(error)?.type === "not_found" ? t.door.noMail : wordsOf(t, error)}
    </p>
  );
}

/** Neither the history nor whoever looks at the screen keeps it. */
function takeToken(): string {
  const url = new URL(location.href);
  const found = url.searchParams.get("token") ?? "";
  if (found) {
    url.searchParams.delete("token");
    history.replaceState(null, "", url);
  }
  return found;
}
