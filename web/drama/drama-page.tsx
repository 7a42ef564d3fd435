// One drama: its cast, its shots, the one that is worked on, and its film.
import { useMutation } from "@tanstack/react-query";
import { isEnded, type Scene } from "dream-factory-client";
import { useMemo, useState } from "react";
import { hrefOf } from "../api/route.ts";
import { useClient } from "../api/studio.tsx";
import { notice } from "../components/notices.tsx";
import { moved, sceneOf, shotsOf } from "../components/shot.ts";
import { Storyboard } from "../components/storyboard.tsx";
import { wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";
import { Cast } from "./cast.tsx";
import { Desk } from "./desk.tsx";
import { Film } from "./film.tsx";
import { FilmBar } from "./film-bar.tsx";
import { NoScript } from "./no-script.tsx";
import { peopleOf, picturesOf } from "./pictures.ts";
import { useCharacters, useNewestProduction, useParts, useProject, useReadAnew, useScenes } from "./reading.ts";

export function DramaPage({ id }: { id: string }) {
  const t = useTexts();
  const { data: project, error } = useProject(id);
  const hasDraft = Boolean(project?.draft);
  const scenes = useScenes(id, hasDraft).data;
  const characters = useCharacters(id, hasDraft).data;
  const production = useNewestProduction(id);
  const parts = useParts(production);
  const people = useMemo(() => peopleOf(characters ?? [], parts), [characters, parts]);
  const pictures = useMemo(() => picturesOf(scenes ?? [], parts), [scenes, parts]);
  const [selected, setSelected] = useState<string | null>(null);
  const moving = useMove(id);
  const scene = scenes?.find((each) => selected?.startsWith(`${each.id}h`)) ?? null;
  const isRunning = production !== null && !isEnded(production);

  if (error) return <p className="page trouble">{wordsOf(t, error)}</p>;
  if (!project) return <p className="page soft">{t.loading}</p>;
  return (
    <div className="page drama">
      <div className="titlebar">
        <div>
          <a className="small soft" href={hrefOf("dramas")}>
            {t.drama.title}
          </a>
          <h1>{project.title}</h1>
          {scenes && (
            <p className="soft number">
              {t.drama.shotsCount(pictures.size)} ·{" "}
              {t.make.seconds(scenes.reduce((sum, { durationSec }) => sum + durationSec, 0))}
            </p>
          )}
        </div>
        <FilmBar project={project} production={production} />
      </div>
      {!hasDraft && !isRunning && <NoScript project={project} />}
      {scenes && characters && (
        <div className={scene ? "studio with-desk" : "studio"}>
          <Cast projectId={id} characters={characters} parts={parts} production={production} />
          <section className="boards" aria-label={t.drama.shots}>
            <Film production={production} parts={parts} title={project.title} />
            {episodesOf(scenes).map(([episode, those]) => (
              <section key={episode} aria-label={t.drama.episode(episode)}>
                {project.episodes > 1 && <h2 className="head">{t.drama.episode(episode)}</h2>}
                <Storyboard
                  scenes={those}
                  people={people}
                  pictures={pictures}
                  selected={selected}
                  onSelect={(shotId) => setSelected(shotId === selected ? null : shotId)}
                  onMove={(moved, from, to) => moving.mutate({ scene: moved, from, to })}
                />
              </section>
            ))}
          </section>
          {scene && selected && (
            <Desk
              key={scene.id}
              projectId={id}
              scene={scene}
              shotId={selected}
              characters={characters}
              parts={parts}
              production={production}
              onClose={() => setSelected(null)}
            />
          )}
        </div>
      )}
    </div>
  );
}

function useMove(projectId: string) {
  const [t, client] = [useTexts(), useClient()];
  const readAnew = useReadAnew(projectId);
  return useMutation({
    mutationFn: ({ scene, from, to }: { scene: Scene; from: number; to: number }) =>
      client.updateScene(projectId, scene.id, { version: scene.version, ...sceneOf(moved(shotsOf(scene), from, to)) }),
    onSuccess(_, { to }) {
      notice(t.drama.moved(to + 1));
      return readAnew();
    },
    onError: (error) => {
      notice(wordsOf(t, error), { isBad: true });
      void readAnew();
    },
  });
}

function episodesOf(scenes: readonly Scene[]): [number, Scene[]][] {
  return Array.from(Map.groupBy(scenes, ({ episode }) => episode));
}
