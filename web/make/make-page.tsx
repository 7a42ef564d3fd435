// The first page: what is to be made, what is under way, and the latest works.
import { useWorks } from "../api/reading.ts";
import { hrefOf } from "../api/route.ts";
import { useStored } from "../api/stored.ts";
import { useTexts } from "../texts/texts.ts";
import { Wall } from "../works/wall.tsx";
import { Composer } from "./composer.tsx";
import { changeDraft, draft } from "./draft.ts";
import { InTheWorks } from "./in-the-works.tsx";

export function MakePage() {
  const t = useTexts();
  const works = useWorks();
  const isEmpty = works.isSuccess && works.jobs.length === 0;
  return (
    <div className="page">
      <h1 className="unseen">{t.places.make}</h1>
      <Composer />
      <InTheWorks />
      {isEmpty ? <Examples /> : <Wall works={works} heading={t.works.latest} />}
    </div>
  );
}

/** Nobody likes an empty page: three sentences that fill the composer. */
function Examples() {
  const t = useTexts();
  const { prompts } = useStored(draft);
  return (
    <section className="examples" aria-label={t.make.examples}>
      <h2>{t.make.first}</h2>
      <p className="soft">{t.make.examples}</p>
      <ul>
        {t.make.example.map((prompt) => (
          <li key={prompt}>
            <button
              type="button"
              className="example"
              onClick={() => changeDraft({ kind: "image", prompts: { ...prompts, image: prompt } })}
            >
              {prompt}
            </button>
          </li>
        ))}
      </ul>
      <p>
        <a href={hrefOf("dramas")} className="link first">
          {t.drama.lead}
        </a>
      </p>
    </section>
  );
}
