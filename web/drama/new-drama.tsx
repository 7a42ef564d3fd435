// What a new drama is to be. What was typed is there when it is opened again.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { CreateProjectRequest } from "dream-factory-client";
import { useId } from "react";
import { Field } from "../account/field.tsx";
import { language as pageLanguage } from "../api/preferences.ts";
import { go } from "../api/route.ts";
import { createStored, useStored } from "../api/stored.ts";
import { useClient } from "../api/studio.tsx";
import { Modal } from "../components/modal.tsx";
import { wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";

type Wanted = Required<
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
> & { ratio: "16:9" | "9:16" | "1:1"; key: string };

const genres = ["drama", "romance", "mystery", "comedy", "fantasy"] as const;
const ratios = ["16:9", "9:16", "1:1"] as const;
const subtitles = ["soft", "burnt", "none"] as const;

const wish = createStored<Wanted | null>("new-drama", null, (found) =>
  typeof found === "object" && found !== null && "title" in found ? (found as Wanted) : null,
);

const first = (): Wanted => ({
  ...{ title: "", description: "", genre: "drama", language: pageLanguage.get(), episodes: 1, scenesPerEpisode: 3 },
  ...{ durationSec: 30, style: "", subtitles: "soft", music: true, ratio: "16:9", key: newKey() },
});

export function NewDrama({ onClose }: { onClose(): void }) {
  const [t, client, queries] = [useTexts(), useClient(), useQueryClient()];
  const wanted = useStored(wish) ?? first();
  // Another wish is another key; the same one, sent twice, is one drama.
  const change = (part: Partial<Wanted>) => wish.set({ ...wanted, ...part, key: newKey() });
  const creating = useMutation({
    mutationFn: ({ key, ratio, ...body }: Wanted) =>
      client.createProject({ ...body, title: body.title.trim(), ratios: [ratio] }, { idempotencyKey: key }),
    onSuccess(project) {
      wish.set(null);
      void queries.invalidateQueries({ queryKey: ["projects"] });
      onClose();
      go("dramas", project.id);
    },
  });
  const idea = useId();
  return (
    <Modal label={t.drama.new} onClose={onClose} className="wide">
      <h2>{t.drama.new}</h2>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          creating.mutate(wanted);
        }}
      >
        <Field
          label={t.drama.form.title}
          value={wanted.title}
          onInput={(title) => change({ title })}
          required
          maxLength={100}
        />
        <div className="field">
          <label htmlFor={idea}>{t.drama.form.idea}</label>
          <textarea
            id={idea}
            rows={3}
            required
            maxLength={1000}
            value={wanted.description}
            placeholder={t.drama.form.ideaHint}
            onInput={({ currentTarget }) => change({ description: currentTarget.value })}
          />
        </div>
        <Field
          label={t.drama.form.style}
          placeholder={t.drama.form.styleHint}
          value={wanted.style}
          onInput={(style) => change({ style })}
          maxLength={200}
        />
        <div className="pairs">
          <Choice
            label={t.drama.form.genre}
            value={wanted.genre}
            options={genres}
            words={(genre) => t.drama.form.genres[genre]}
            onChoose={(genre) => change({ genre })}
          />
          <Choice
            label={t.drama.form.language}
            value={wanted.language}
            options={["zh", "en"]}
            words={(language) => t.drama.form.languages[language]}
            onChoose={(language) => change({ language })}
          />
          <Choice
            label={t.drama.form.format}
            value={wanted.ratio}
            options={ratios}
            words={String}
            onChoose={(ratio) => change({ ratio })}
          />
          <Choice
            label={t.drama.form.subtitles}
            value={wanted.subtitles}
            options={subtitles}
            words={(kind) => t.drama.form.subtitleKinds[kind]}
            onChoose={(kind) => change({ subtitles: kind })}
          />
        </div>
        <div className="threes">
          <Whole
            label={t.drama.form.episodes}
            value={wanted.episodes}
            min={1}
            max={20}
            onInput={(episodes) => change({ episodes })}
          />
          <Whole
            label={t.drama.form.scenes}
            value={wanted.scenesPerEpisode}
            min={1}
            max={10}
            onInput={(scenesPerEpisode) => change({ scenesPerEpisode })}
          />
          <Whole
            label={t.drama.form.seconds}
            value={wanted.durationSec}
            min={10}
            max={600}
            onInput={(durationSec) => change({ durationSec })}
          />
        </div>
        <label className="check">
          <input
            type="checkbox"
            checked={wanted.music}
            onChange={({ currentTarget }) => change({ music: currentTarget.checked })}
          />
          {t.drama.form.music}
        </label>
        {creating.error && (
          <p className="trouble" role="alert">
            {wordsOf(t, creating.error)}
          </p>
        )}
        <button type="submit" className="go" disabled={creating.isPending && !creating.isPaused}>
          {creating.isPaused ? t.waitingForNetwork : t.drama.form.create}
        </button>
      </form>
    </Modal>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly Value[];
  words(value: Value): string;
  onChoose(value: Value): void;
}

function Choice<Value extends string>({ label, value, options, words, onChoose }: ChoiceProps<Value>) {
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

function Whole({
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

function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (each) => each.toString(36)).join("-");
}
