// The page as a whole: who is signed in, what is shown, and what is said about it.
import { useQueryClient } from "@tanstack/react-query";
import type { Job } from "dream-factory-client";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { AccountPage } from "./account/account-page.tsx";
import { ResetPassword, VerifyEmail } from "./account/by-mail.tsx";
import { CreditsPage } from "./account/credits-page.tsx";
import { Door, DoorAgain } from "./account/door.tsx";
import { LiveProvider, useLiveStore, useUnderWay } from "./api/live-context.tsx";
import { language, usePreferences } from "./api/preferences.ts";
import { useRoute } from "./api/route.ts";
import { useClient, useSession } from "./api/studio.tsx";
import { Boundary } from "./boundary.tsx";
import { Notices, notice } from "./components/notices.tsx";
import { Frame } from "./frame.tsx";
import { MakePage } from "./make/make-page.tsx";
import { useSending } from "./make/outbox.ts";
import { jobWordsOf, wordsOf } from "./texts/failures.ts";
import { textsNow, useTexts } from "./texts/texts.ts";
import { WorksPage } from "./works/works-page.tsx";

const Dramas = lazy(() => import("./drama/dramas.tsx").then(({ Dramas }) => ({ default: Dramas })));

export function App() {
  usePreferences();
  const session = useSession();
  const { place } = useRoute();
  if (place === "reset") return <ResetPassword />;
  if (place === "verify") return <VerifyEmail />;
  return (
    <>
      {session ? (
        <LiveProvider onEnded={announce}>
          <NotAnswered />
          {/* Nothing of one user is on the page of the next. */}
          <SignedIn key={session.userId} />
          {session.hasEnded && <DoorAgain email={session.email} />}
        </LiveProvider>
      ) : (
        <>
          <Unconnected isReachable />
          <Door />
        </>
      )}
      <Notices />
    </>
  );
}

function SignedIn() {
  const t = useTexts();
  const { place, id } = useRoute();
  useSendingHere();
  return (
    <Frame place={place}>
      <Boundary key={place}>
        {place === "make" && <MakePage />}
        {place === "works" && <WorksPage />}
        {place === "credits" && <CreditsPage />}
        {place === "account" && <AccountPage />}
        {place === "dramas" && (
          <Suspense fallback={<p className="page soft">{t.loading}</p>}>
            <Dramas id={id} />
          </Suspense>
        )}
      </Boundary>
    </Frame>
  );
}

function useSendingHere(): void {
  const [client, live, queries, session] = [useClient(), useLiveStore(), useQueryClient(), useSession()];
  const sender = useMemo(
    () => ({
      client,
      live,
      sent(job: Job) {
        live.add(job);
        void queries.invalidateQueries({ queryKey: ["credits"] });
      },
      refused: (error: unknown) => notice(wordsOf(textsNow(), error), { isBad: true }),
      unanswered: (error: unknown) =>
        notice(`${wordsOf(textsNow(), error)} ${textsNow().make.sentAgain}`, { isBad: true }),
    }),
    [client, live, queries],
  );
  useSending(sender, session && !session.hasEnded ? session.userId : null);
}

function announce(job: Job): void {
  const t = textsNow();
  if (job.project) return;
  const title = job.prompt || t.works.noPrompt;
  if (job.status === "completed") notice(t.job.announceDone(title));
  if (job.status === "failed" && job.error)
    notice(`${t.job.announceFailed(title)} ${jobWordsOf(t, job.error)}`, { isBad: true });
}

function NotAnswered() {
  return <Unconnected isReachable={useUnderWay().isReachable} />;
}

function Unconnected({ isReachable }: { isReachable: boolean }) {
  const t = useTexts();
  const [isOffline, setOffline] = useState(!navigator.onLine);
  useEffect(() => {
    const look = () => setOffline(!navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return isOffline || !isReachable ? (
    <p className="offline" role="status" lang={language.get() === "zh" ? "zh-CN" : "en"}>
      {isOffline ? t.offline : t.unreachable}
    </p>
  ) : null;
}
