// Where and when a scene plays, and what happens in it.
import type { Scene } from "dream-factory-client";
import { Field } from "../account/field.tsx";
import { moods } from "../make/choices.ts";
import { useTexts } from "../texts/texts.ts";

export type SceneWords = Partial<Pick<Scene, "place" | "time" | "mood" | "action">>;

const times = ["day", "night", "dawn", "dusk"] as const;

export function SceneFields({
  scene,
  words,
  onChange,
}: {
  scene: Scene;
  words: SceneWords;
  onChange(words: SceneWords): void;
}) {
  const t = useTexts();
  const now = { ...scene, ...words };
  return (
    <details className="scene-fields">
      <summary className="link">{t.drama.editScene}</summary>
      <div className="fields">
        <Field
          label={t.drama.place}
          value={now.place}
          onInput={(place) => onChange({ place })}
          required
          maxLength={40}
        />
        <div className="pairs">
          <label className="field">
            <span>{t.drama.time}</span>
            <select
              value={now.time}
              onChange={({ currentTarget }) => onChange({ time: times[currentTarget.selectedIndex] ?? now.time })}
            >
              {times.map((time) => (
                <option key={time} value={time}>
                  {t.drama.times[time]}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            <span>{t.drama.mood}</span>
            <select
              value={now.mood}
              onChange={({ currentTarget }) => onChange({ mood: moods[currentTarget.selectedIndex] ?? now.mood })}
            >
              {moods.map((mood) => (
                <option key={mood} value={mood}>
                  {t.make.moods[mood]}
                </option>
              ))}
            </select>
          </label>
        </div>
        <label className="field">
          <span>{t.drama.action}</span>
          <textarea
            rows={3}
            required
            maxLength={600}
            value={now.action}
            onInput={({ currentTarget }) => onChange({ action: currentTarget.value })}
          />
        </label>
      </div>
    </details>
  );
}
