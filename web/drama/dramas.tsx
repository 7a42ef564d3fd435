// All dramas, or one of them.
import { useState } from "react";
import { useUnderWay } from "../api/live-context.tsx";
import { hrefOf } from "../api/route.ts";
import { Icon } from "../components/icon.tsx";
import { wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";
import { DramaPage } from "./drama-page.tsx";
import { NewDrama } from "./new-drama.tsx";
import { useProjects } from "./reading.ts";

export function Dramas({ id }: { id: string | null }) {
  return id === null ? <AllDramas /> : <DramaPage key={id} id={id} />;
}

function AllDramas() {
  const t = useTexts();
  const [isNew, setNew] = useState(false);
  const { data, error, isSuccess } = useProjects();
  const { productions } = useUnderWay();
  return (
    <div className="page">
      <div className="head">
        <h1>{t.drama.title}</h1>
        <p className="soft">{t.drama.lead}</p>
        <span className="spread" />
        <button type="button" className="go" onClick={() => setNew(true)}>
          <Icon name="add" />
          {t.drama.new}
        </button>
      </div>
      {error && <p className="trouble">{wordsOf(t, error)}</p>}
      {isSuccess && data.items.length === 0 && <p className="soft empty">{t.drama.empty}</p>}
      <ul className="dramas">
        {data?.items.map((project) => {
          const running = productions.find(({ projectId }) => projectId === project.id);
          return (
            <li key={project.id}>
              <a className="card drama-card" href={hrefOf("dramas", project.id)}>
                <span className="tag">{t.drama.form.genres[project.genre]}</span>
                <span className="drama-title">{project.title}</span>
                <span className="soft drama-about">{project.description}</span>
                <span className="small soft number">
                  {t.drama.form.episodes}: {project.episodes} · {t.make.seconds(project.durationSec)} ·{" "}
                  {project.ratios.join(", ")}
                </span>
                {running && <progress max={100} value={running.percent} aria-label={project.title} />}
              </a>
            </li>
          );
        })}
      </ul>
      {isNew && <NewDrama onClose={() => setNew(false)} />}
    </div>
  );
}
