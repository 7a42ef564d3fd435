// All works, with a search in the user's own prompts.
import { useDeferredValue, useState } from "react";
import { useWorks } from "../api/reading.ts";
import { Segments } from "../components/chip.tsx";
import { Icon } from "../components/icon.tsx";
import { useTexts } from "../texts/texts.ts";
import { Wall } from "./wall.tsx";

const filters = ["all", "image", "video", "audio"] as const;
type Filter = (typeof filters)[number];

export function WorksPage() {
  const t = useTexts();
  const [filter, setFilter] = useState<Filter>("all");
  const [words, setWords] = useState("");
  const search = useDeferredValue(words.trim());
  const works = useWorks({ type: filter === "all" ? undefined : filter, search: search || undefined });
  return (
    <div className="page">
      <div className="head">
        <h1>{t.works.title}</h1>
        <Segments<Filter>
          label={t.works.filter}
          value={filter}
          options={filters}
          words={(each) => (each === "all" ? t.works.all : t.works.types[each])}
          onChoose={setFilter}
        />
        <label className="search">
          <Icon name="search" />
          <span className="unseen">{t.works.search}</span>
          <input
            type="search"
            value={words}
            maxLength={200}
            placeholder={t.works.search}
            onInput={({ currentTarget }) => setWords(currentTarget.value)}
          />
        </label>
      </div>
      {works.isSuccess && works.jobs.length === 0 && (
        <p className="soft empty">{search ? t.works.nothing : t.works.empty}</p>
      )}
      <Wall works={works} />
    </div>
  );
}
