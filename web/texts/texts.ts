// The page's words, in the language that the browser prefers or its user has chosen.
import { language } from "../api/preferences.ts";
import { useStored } from "../api/stored.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

export type Texts = typeof en;

const all: Readonly<Record<"en" | "zh", Texts>> = { en, zh };

export function useTexts(): Texts {
  return all[useStored(language)];
}

export function useLocale(): string {
  return useStored(language) === "zh" ? "zh-CN" : "en";
}

/** For what is said outside of components. */
export function textsNow(): Texts {
  return all[language.get()];
}
