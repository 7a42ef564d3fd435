// The model, and what it lets one choose.
import type { Model } from "dream-factory-client";
import { Chip } from "../components/chip.tsx";
import { type Texts, useTexts } from "../texts/texts.ts";
import { keyOf } from "./choices.ts";
import { changeChoice } from "./draft.ts";
import type { Composing } from "./use-composer.ts";

export function ChoiceChips({ composing }: { composing: Composing }) {
  const { draft, offered, model, options, choice, isLoading } = composing;
  const t = useTexts();
  if (isLoading) return <ChipsToCome />;
  if (!model || !options) return null;
  const { kind } = draft;
  const names = t.make;
  return (
    <>
      <span className="chip model">
        <select
          aria-label={names.model}
          value={keyOf(model)}
          onChange={({ currentTarget }) => changeChoice(kind, { model: currentTarget.value })}
        >
          {offered.map((each) => (
            <option key={keyOf(each)} value={keyOf(each)}>
              {modelWords(t, each)}
            </option>
          ))}
        </select>
      </span>
      <Chip
        label={names.operation}
        value={(choice.operation ?? "generate") as (typeof options.operations)[number]}
        options={options.operations}
        words={(each) => names.operations[each]}
        onChoose={(operation) => changeChoice(kind, { operation })}
      />
      <Chip
        label={names.size}
        value={choice.size ?? ""}
        options={options.sizes}
        words={sizeWords}
        onChoose={(size) => changeChoice(kind, { size })}
      />
      <Chip
        label={names.ratio}
        value={choice.ratio ?? ""}
        options={options.ratios}
        words={String}
        onChoose={(ratio) => changeChoice(kind, { ratio })}
      />
      <Chip
        label={names.length}
        value={choice.durationSec ?? 0}
        options={options.durations}
        words={names.seconds}
        onChoose={(durationSec) => changeChoice(kind, { durationSec })}
      />
      <Chip
        label={names.resolution}
        value={choice.resolution ?? ""}
        options={options.resolutions}
        words={String}
        onChoose={(resolution) => changeChoice(kind, { resolution })}
      />
      <Chip
        label={names.quality}
        value={choice.quality ?? ""}
        options={options.qualities}
        words={String}
        onChoose={(quality) => changeChoice(kind, { quality })}
      />
      <Chip
        label={names.voice}
        value={choice.voice ?? ""}
        options={options.voices}
        words={(voice) => names.voices[voice] ?? voice}
        onChoose={(voice) => changeChoice(kind, { voice })}
      />
      <Chip
        label={names.mood}
        value={(choice.mood ?? "calm") as keyof Texts["make"]["moods"]}
        options={options.moods as readonly (keyof Texts["make"]["moods"])[]}
        words={(mood) => names.moods[mood]}
        onChoose={(mood) => changeChoice(kind, { mood })}
      />
      <Chip
        label={names.number}
        value={choice.n ?? 1}
        options={options.numbers}
        words={kind === "video" ? names.pieces.video : names.pieces.image}
        onChoose={(n) => changeChoice(kind, { n })}
      />
    </>
  );
}

/** As wide as most are: nothing moves when they come. */
function ChipsToCome() {
  return ["model", "one", "two", "three"].map((each) => <span key={each} className={`chip to-come ${each}`} />);
}

/** With what it costs: `amount` of the rule, for the whole price is on the button. */
function modelWords(t: Texts, { id, pricing, isForTests }: Model): string {
  const price = pricing.amount === 0 ? t.make.free : t.make.each(String(pricing.amount), t.make.units[pricing.unit]);
  return `${id} · ${price}${isForTests ? ` · ${t.make.test}` : ""}`;
}

function sizeWords(size: string): string {
  const [width = 1, height = 1] = size.split("x").map(Number);
  const shape = [
    [1, 1],
    [16, 9],
    [9, 16],
    [4, 3],
    [3, 4],
    [3, 2],
    [2, 3],
  ].find(([across = 1, down = 1]) => Math.abs(width / height - across / down) < 0.02);
  return `${shape ? `${shape.join(":")} · ` : ""}${width} × ${height}`;
}
