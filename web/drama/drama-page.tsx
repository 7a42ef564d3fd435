// One drama: its cast, its shots, the one that is worked on, and its film.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { isEnded, type Project, type Scene } from "dream-factory-client";
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
import { DramaSettings } from "./drama-settings.tsx";
import { Film } from "./film.tsx";
import { FilmBar } from "./film-bar.tsx";
import { NoScript } from "./no-script.tsx";
import { peopleOf, picturesOf } from "./pictures.ts";
import {
  useCharacters,
  useNewestProduction,
  useParts,
  useProject,
  useReadAnew,
  useScenes,
  useWrittenOnTheWay,
} from "./reading.ts";
import { RemoveDrama } from "./remove-drama.tsx";

export function DramaPage({ id }: { id: string }) {
  const t = useTexts();
  const { data: project, error } = useProject(id);
  const hasDraft = Boolean(project?.draft);
  const scenes = useScenes(id, hasDraft).data;
  const characters = useCharacters(id, hasDraft).data;
  const production = useNewestProduction(id);
  useWrittenOnTheWay(id, hasDraft, production);
  const parts = useParts(production);
  const people = useMemo(() => peopleOf(characters ?? [], parts), [characters, parts]);
  const pictures = useMemo(() => picturesOf(t, scenes ?? [], parts), [t, scenes, parts]);
  const [selected, setSelected] = useState<string | null>(null);
  const moving = useMove(id);
  const movingScene = useMoveScene(id);
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
          <div className="acts drama-acts">
            <DramaSettings project={project} />
            <RemoveDrama project={project} isRunning={isRunning} />
          </div>
        </div>
        <FilmBar project={project} production={production} parts={parts} />
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
                  onMoveScene={(moved, to) => movingScene.mutate({ scene: moved, to })}
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

/** Whoever presses twice has moved twice: one after the other, each from where the one before has left it. */
function useMoveScene(projectId: string) {
  const [t, client, queries] = [useTexts(), useClient(), useQueryClient()];
  const readAnew = useReadAnew(projectId);
  const [itself, scenes] = [
    [`project ${projectId}`, "itself"],
    [`project ${projectId}`, "scenes"],
  ];
  return useMutation({
    scope: { id: `order of ${projectId}` },
    async mutationFn({ scene, to }: { scene: Scene; to: number }) {
      const [project, all] = [queries.getQueryData<Project>(itself), queries.getQueryData<Scene[]>(scenes) ?? []];
      const order = movedScene(all, scene, to);
      const sceneOrder = order.map(({ id }) => id);
      return { order, project: await client.updateProject(projectId, { version: project?.version ?? 1, sceneOrder }) };
    },
    onSuccess({ order, project }, { to }) {
      queries.setQueryData<Project>(itself, (before) => before && { ...before, ...project });
      queries.setQueryData(scenes, order);
      notice(t.drama.movedScene(to + 1));
      return readAnew();
    },
    onError: (error) => {
      notice(wordsOf(t, error), { isBad: true });
      void readAnew();
    },
  });
}

/** All scenes, with this one at another place of its episode. */
function movedScene(all: readonly Scene[], { id, episode }: Scene, to: number): Scene[] {
  return episodesOf(all).flatMap(([each, scenes]) => {
    if (each !== episode) return scenes;
    const from = scenes.findIndex((scene) => scene.id === id);
    return moved(scenes, from, to).map((scene, i) => ({ ...scene, number: i + 1 }));
  });
}

function episodesOf(scenes: readonly Scene[]): [number, Scene[]][] {
  return Array.from(Map.groupBy(scenes, ({ episode }) => episode));
}
