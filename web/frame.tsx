// Around every part of the page: where one is, what one has, and who one is.
import type { ReactNode } from "react";
import { language } from "./api/preferences.ts";
import { useCredits } from "./api/reading.ts";
import { hrefOf, type Place } from "./api/route.ts";
import { useSession } from "./api/studio.tsx";
import { Icon } from "./components/icon.tsx";
import { useTexts } from "./texts/texts.ts";

const shown = ["make", "dramas", "works", "credits"] as const;

export function Frame({ place, children }: { place: Place; children: ReactNode }) {
  const t = useTexts();
  return (
    <>
      <button type="button" className="skip" onClick={() => document.getElementById("content")?.focus()}>
        {t.skip}
      </button>
      <header className="top">
        <Brand />
        <nav className="places" aria-label={t.name}>
          {shown.map((each) => (
            <PlaceLink key={each} place={each} current={place} />
          ))}
        </nav>
        <Purse />
        <OtherLanguage />
        <Me />
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <nav className="tabs" aria-label={t.tabs}>
        {shown.map((each) => (
          <PlaceLink key={each} place={each} current={place} hasIcon />
        ))}
      </nav>
    </>
  );
}

export function Brand() {
  const t = useTexts();
  return (
    <a className="brand" href={hrefOf("make")}>
      <span className="seal" aria-hidden="true" lang="zh-CN">
        梦
      </span>
      <span>{t.name}</span>
    </a>
  );
}

function PlaceLink({
  place,
  current,
  hasIcon = false,
}: {
  place: (typeof shown)[number];
  current: Place;
  hasIcon?: boolean;
}) {
  const t = useTexts();
  return (
    <a href={hrefOf(place)} aria-current={place === current ? "page" : undefined}>
      {hasIcon && <Icon name={place} />}
      {t.places[place]}
    </a>
  );
}

function Purse() {
  const t = useTexts();
  const { data } = useCredits();
  return (
    <a className="purse number" href={hrefOf("credits")} title={t.places.credits}>
      <span className="coin" aria-hidden="true" />
      <span className="unseen">{t.credits.balance}: </span>
      {data?.balance ?? "…"}
      {data && data.held > 0 && <small>{t.credits.held(data.held)}</small>}
    </a>
  );
}

export function OtherLanguage() {
  const t = useTexts();
  return (
    <button
      type="button"
      className="round language"
      lang={t.otherLanguageCode}
      onClick={() => language.set(language.get() === "zh" ? "en" : "zh")}
    >
      {t.otherLanguage}
    </button>
  );
}

function Me() {
  const t = useTexts();
  const session = useSession();
  return (
    <a className="round me" href={hrefOf("account")} aria-label={`${t.places.account}: ${session?.email}`}>
      {session?.email.slice(0, 1).toUpperCase()}
    </a>
  );
}
