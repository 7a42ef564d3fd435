// A shot's words: what is seen, how long, and who says what.
import type { Character } from "dream-factory-client";
import { Icon } from "../components/icon.tsx";
import type { Shot } from "../components/shot.ts";
import { useTexts } from "../texts/texts.ts";

export interface ShotFieldsProps {
  shot: Shot;
  /** Those of its scene. */
  characters: readonly Character[];
  onChange(part: Partial<Shot>): void;
}

export function ShotFields({ shot, characters, onChange }: ShotFieldsProps) {
  const t = useTexts();
  const changeLine = (index: number, part: Partial<Shot["lines"][number]>) =>
    onChange({ lines: shot.lines.map((line, each) => (each === index ? { ...line, ...part } : line)) });
  const [first] = characters;
  return (
    <>
      <label className="field">
        <span>{t.drama.seen}</span>
        <textarea
          rows={3}
          required
          maxLength={500}
          value={shot.seen}
          onInput={({ currentTarget }) => onChange({ seen: currentTarget.value })}
        />
      </label>
      {shot.lines.map((line, index) => (
        <div key={index} className="field line">
          <select
            aria-label={t.drama.who}
            value={line.character}
            onChange={({ currentTarget }) =>
              changeLine(index, { character: characters[currentTarget.selectedIndex]?.id ?? line.character })
            }
          >
            {characters.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
          <textarea
            rows={1}
            required
            maxLength={200}
            aria-label={t.drama.says(characters.find(({ id }) => id === line.character)?.name ?? "")}
            value={line.text}
            onInput={({ currentTarget }) => changeLine(index, { text: currentTarget.value })}
          />
          <button
            type="button"
            className="round"
            aria-label={t.drama.removeLine}
            onClick={() => onChange({ lines: shot.lines.toSpliced(index, 1) })}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <div className="acts">
        {first && shot.lines.length < 4 && (
          <button
            type="button"
            className="link"
            onClick={() => onChange({ lines: [...shot.lines, { character: first.id, text: "" }] })}
          >
            {t.drama.addLine}
          </button>
        )}
        <label className="inline small">
          {t.drama.seconds}
          <input
            type="number"
            min={1}
            max={60}
            step={1}
            value={shot.durationSec}
            onInput={({ currentTarget }) =>
              onChange({ durationSec: Math.max(1, Number.parseInt(currentTarget.value, 10) || 1) })
            }
          />
        </label>
      </div>
    </>
  );
}
