// What the browser prefers, whoever is signed in: language and theme.
import { useEffect } from "react";
import { createStored, useStored } from "./stored.ts";

export const languages = ["en", "zh"] as const;
export type Language = (typeof languages)[number];
export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const browsers: Language = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
export const language = createStored<Language>("language", browsers, (found) => one(languages, found));
export const theme = createStored<Theme>("theme", "auto", (found) => one(themes, found));

/** Chinese glyphs, hyphens and voices follow the document's language. */
export function usePreferences(): void {
  const [words, look] = [useStored(language), useStored(theme)];
  useEffect(() => {
    document.documentElement.lang = words === "zh" ? "zh-CN" : "en";
    if (look === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = look;
  }, [words, look]);
}

function one<Name extends string>(names: readonly Name[], found: unknown): Name | null {
  return names.find((each) => each === found) ?? null;
}
