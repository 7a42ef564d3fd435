// A choice in a row of them: the browser's own list, drawn as a chip.
import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";

export interface ChipProps<Value extends string | number> {
  label: string;
  value: Value;
  options: readonly Value[];
  words(value: Value): ReactNode;
  onChoose(value: Value): void;
}

/** Nothing where there is nothing to choose. */
export function Chip<Value extends string | number>({ label, value, options, words, onChoose }: ChipProps<Value>) {
  if (options.length < 2) return null;
  return (
    <span className="chip">
      <select
        aria-label={label}
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = options[currentTarget.selectedIndex];
          if (chosen !== undefined) onChoose(chosen);
        }}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {words(option)}
          </option>
        ))}
      </select>
      <Icon name="down" />
    </span>
  );
}

export interface SegmentsProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly Value[];
  words(value: Value): ReactNode;
  onChoose(value: Value): void;
}

/** A few choices side by side. */
export function Segments<Value extends string>({ label, value, options, words, onChoose }: SegmentsProps<Value>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame and a legend that nobody wants here.
    <div className="segments" role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option} type="button" aria-pressed={option === value} onClick={() => onChoose(option)}>
          {words(option)}
        </button>
      ))}
    </div>
  );
}
