// What a drama is: of a new one, and of one that is there.
import type { CreateProjectRequest } from "dream-factory-client";
import { useId } from "react";
import { Field } from "../account/field.tsx";
import { useTexts } from "../texts/texts.ts";

export type DramaWish = Required<
  Pick<
    CreateProjectRequest,
    | "title"
    | "description"
    | "genre"
    | "language"
    | "episodes"
    | "scenesPerEpisode"
    | "durationSec"
    | "style"
    | "subtitles"
    | "music"
  >
> & { ratio: Ratio };

export const ratios = ["16:9", "9:16", "1:1"] as const;
export type Ratio = (typeof ratios)[number];

const genres = ["drama", "romance", "mystery", "comedy", "fantasy"] as const;
const subtitles = ["soft", "burnt", "none"] as const;

export interface DramaFieldsProps {
  value: DramaWish;
  onChange(part: Partial<DramaWish>): void;
  /** It cannot be left empty. */
  needsIdea?: boolean;
}

export function DramaFields({ value, onChange, needsIdea = false }: DramaFieldsProps) {
  const t = useTexts();
  const idea = useId();
  return (
    <>
      <Field
        label={t.drama.form.title}
        value={value.title}
        onInput={(title) => onChange({ title })}
        required
        maxLength={80}
      />
      <div className="field">
        <label htmlFor={idea}>{t.drama.form.idea}</label>
        <textarea
          id={idea}
          rows={3}
          required={needsIdea}
          maxLength={1000}
          value={value.description}
          placeholder={t.drama.form.ideaHint}
          onInput={({ currentTarget }) => onChange({ description: currentTarget.value })}
        />
      </div>
      <Field
        label={t.drama.form.style}
        placeholder={t.drama.form.styleHint}
        value={value.style}
        onInput={(style) => onChange({ style })}
        maxLength={200}
      />
      <div className="pairs">
        <Choice
          label={t.drama.form.genre}
          value={value.genre}
          options={genres}
          words={(genre) => t.drama.form.genres[genre]}
          onChoose={(genre) => onChange({ genre })}
        />
        <Choice
          label={t.drama.form.language}
          value={value.language}
          options={["zh", "en"]}
          words={(language) => t.drama.form.languages[language]}
          onChoose={(language) => onChange({ language })}
        />
        <Choice
          label={t.drama.form.format}
          value={value.ratio}
          options={ratios}
          words={String}
          onChoose={(ratio) => onChange({ ratio })}
        />
        <Choice
          label={t.drama.form.subtitles}
          value={value.subtitles}
          options={subtitles}
          words={(kind) => t.drama.form.subtitleKinds[kind]}
          onChoose={(kind) => onChange({ subtitles: kind })}
        />
      </div>
      <div className="threes">
        <Whole
          label={t.drama.form.episodes}
          value={value.episodes}
          min={1}
          max={20}
          onInput={(episodes) => onChange({ episodes })}
        />
        <Whole
          label={t.drama.form.scenes}
          value={value.scenesPerEpisode}
          min={1}
          max={10}
          onInput={(scenesPerEpisode) => onChange({ scenesPerEpisode })}
        />
        <Whole
          label={t.drama.form.seconds}
          value={value.durationSec}
          min={10}
          max={600}
          onInput={(durationSec) => onChange({ durationSec })}
        />
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={value.music}
          onChange={({ currentTarget }) => onChange({ music: currentTarget.checked })}
        />
        {t.drama.form.music}
      </label>
    </>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly Value[];
  words(value: Value): string;
  onChoose(value: Value): void;
}

export function Choice<Value extends string>({ label, value, options, words, onChoose }: ChoiceProps<Value>) {
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChoose(options[currentTarget.selectedIndex] ?? value)}>
        {options.map((option) => (
          <option key={option} value={option}>
            {words(option)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Whole({
  label,
  value,
  min,
  max,
  onInput,
}: {
  label: string;
  value: number;
  min: number;
  max: number;
  onInput(value: number): void;
}) {
  return (
    <Field
      label={label}
      type="number"
      value={String(value)}
      min={min}
      max={max}
      step={1}
      required
      onInput={(text) => onInput(Number.parseInt(text, 10) || min)}
    />
  );
}
