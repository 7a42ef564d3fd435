// Whom a drama asks for what; where nothing is chosen, whom the server would ask.
import type { Project } from "dream-factory-client";
import { useModels } from "../api/reading.ts";
import { useTexts } from "../texts/texts.ts";

const kinds = ["text", "image", "video", "audio"] as const;

export interface ModelWishesProps {
  models: Project["models"];
  onChange(models: Project["models"]): void;
}

/** Of each kind for which there is a choice. */
export function ModelWishes({ models, onChange }: ModelWishesProps) {
  const t = useTexts();
  const { models: all } = useModels();
  const offered = all.filter(({ provider, isForTests }) => provider !== "import" && !isForTests);
  return (
    <div className="pairs">
      {kinds.map((kind) => {
        const there = offered.filter(({ type }) => type === kind);
        const { provider, model } = models[kind] ?? {};
        const chosen = there.findIndex((each) => each.provider === provider && (!model || each.id === model));
        return (
          <label key={kind} className="field">
            <span>{t.drama.modelFor[kind]}</span>
            <select
              value={String(chosen)}
              onChange={({ currentTarget }) => {
                const wanted = there[Number(currentTarget.value)];
                const { [kind]: _, ...others } = models;
                onChange(wanted ? { ...others, [kind]: { provider: wanted.provider, model: wanted.id } } : others);
              }}
            >
              <option value="-1">{t.drama.usualModel}</option>
              {there.map((each, index) => (
                <option key={`${each.provider}/${each.id}`} value={String(index)}>
                  {each.provider === each.id ? each.id : `${each.provider} · ${each.id}`}
                </option>
              ))}
            </select>
          </label>
        );
      })}
    </div>
  );
}
