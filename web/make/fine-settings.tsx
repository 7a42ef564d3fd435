// What only some want to say: folded away until then.

import { useModels } from "../api/reading.ts";
import { useStored } from "../api/stored.ts";
import { Icon } from "../components/icon.tsx";
import { useTexts } from "../texts/texts.ts";
import { changeDraft, draft, type Fine } from "./draft.ts";
import type { Composing } from "./use-composer.ts";

export function FineSettings({ composing }: { composing: Composing }) {
  const t = useTexts();
  const { fine, hasTests } = useStored(draft);
  const { models } = useModels();
  const { kind } = composing.draft;
  const isSeen = kind === "image" || kind === "video";
  const change = (part: Fine) => changeDraft({ fine: { ...fine, ...part } });
  const isSet = Object.values(fine).some(Boolean);
  return (
    <details className="fine">
      <summary className={isSet ? "chip set" : "chip"}>
        <Icon name="sliders" />
        {t.make.fine}
      </summary>
      <div className="fine-fields">
        {isSeen && (
          <>
            <Words
              label={t.make.negative}
              value={fine.negativePrompt}
              onInput={(negativePrompt) => change({ negativePrompt })}
            />
            <Words
              label={t.make.style}
              hint={t.make.styleHint}
              value={fine.style}
              onInput={(style) => change({ style })}
            />
            <Words
              label={t.make.enhancement}
              hint={t.make.enhancementHint}
              value={fine.enhancement}
              onInput={(enhancement) => change({ enhancement })}
            />
          </>
        )}
        <Words
          label={t.make.seed}
          hint={t.make.seedHint}
          isNumber
          value={fine.seed}
          onInput={(seed) => change({ seed: seed.replaceAll(/\D/g, "").slice(0, 9) })}
        />
        {isSeen && (
          <label className="check">
            <input
              type="checkbox"
              checked={!fine.hasNoLabel}
              onChange={({ currentTarget }) => change({ hasNoLabel: !currentTarget.checked })}
            />
            {t.make.visibleLabel}
          </label>
        )}
        {models.some(({ isForTests }) => isForTests) && (
          <label className="check">
            <input
              type="checkbox"
              checked={hasTests}
              onChange={({ currentTarget }) => changeDraft({ hasTests: currentTarget.checked })}
            />
            {t.make.testModels}
          </label>
        )}
      </div>
    </details>
  );
}

interface WordsProps {
  label: string;
  hint?: string;
  value: string | undefined;
  isNumber?: boolean;
  onInput(value: string): void;
}

function Words({ label, hint = "", value = "", isNumber = false, onInput }: WordsProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        value={value}
        placeholder={hint}
        maxLength={500}
        {...(isNumber && { inputMode: "numeric" as const })}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </label>
  );
}
