// The shot that is worked on: what there is of it, its words, and what can be made of it anew.
import { useMutation } from "@tanstack/react-query";
import { type Character, failureOf, type Production, type ProductionNode, type Scene } from "dream-factory-client";
import { useClient } from "../api/studio.tsx";
import { Icon } from "../components/icon.tsx";
import { notice } from "../components/notices.tsx";
import { type Shot, sceneOf, shotsOf } from "../components/shot.ts";
import { partWordsOf, wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";
import { EditPrice } from "./edit-price.tsx";
import { useEdit } from "./edits.ts";
import { useReadAnew } from "./reading.ts";
import { RemakeButton } from "./remake-button.tsx";
import { SceneFields, type SceneWords } from "./scene-fields.tsx";
import { ShotFields } from "./shot-fields.tsx";

export interface DeskProps {
  projectId: string;
  scene: Scene;
  /** One of the scene's. */
  shotId: string;
  characters: readonly Character[];
  parts: ReadonlyMap<string, ProductionNode>;
  production: Production | null;
  onClose(): void;
}

interface Typed {
  shots?: Shot[];
  words?: SceneWords;
}

export function Desk({ projectId, scene, shotId, characters, parts, production, onClose }: DeskProps) {
  const [t, client] = [useTexts(), useClient()];
  const readAnew = useReadAnew(projectId);
  const [typed, setTyped] = useEdit<Typed>(`${projectId}/${scene.draft}/${scene.id}`);
  const shots = typed?.shots ?? shotsOf(scene);
  const index = shots.findIndex(({ id }) => id === shotId);
  const shot = shots[index];
  const saving = useMutation({
    mutationFn: () =>
      client.updateScene(projectId, scene.id, {
        version: scene.version,
        ...typed?.words,
        ...(typed?.shots && sceneOf(typed.shots)),
      }),
    async onSuccess() {
      setTyped(null);
      await readAnew();
      notice(t.saved);
    },
    // With the newest version at hand, saving again puts this over theirs.
    onError: () => void readAnew(),
  });
  if (!shot) return null;
  const change = (part: Partial<Shot>) =>
    setTyped({ ...typed, shots: shots.map((each) => (each.id === shotId ? { ...each, ...part } : each)) });
  return (
    <aside className="card desk" aria-label={t.drama.shot(index + 1)}>
      <div className="desk-head">
        <h2>
          {t.drama.scene(scene.number)} · {t.drama.shot(index + 1)}
        </h2>
        <button type="button" className="round" aria-label={t.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <Seen shotId={shotId} parts={parts} />
      {production && <Remakes shotId={shotId} sceneId={scene.id} parts={parts} production={production} />}
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate();
        }}
      >
        <ShotFields
          shot={shot}
          characters={characters.filter(({ id }) => scene.characters.includes(id))}
          onChange={change}
        />
        <SceneFields
          scene={scene}
          words={typed?.words ?? {}}
          onChange={(words) => setTyped({ ...typed, words: { ...typed?.words, ...words } })}
        />
        {saving.error && (
          <p className="trouble" role="alert">
            {failureOf(saving.error)?.type === "conflict" ? t.drama.changedElsewhere : wordsOf(t, saving.error)}
          </p>
        )}
        {typed && (
          <EditPrice
            projectId={projectId}
            edit={{ scenes: [{ id: scene.id, ...typed.words, ...(typed.shots && sceneOf(typed.shots)) }] }}
          />
        )}
        {typed && (
          <div className="acts">
            <button type="submit" className="go" disabled={saving.isPending && !saving.isPaused}>
              {saving.isPaused ? t.waitingForNetwork : t.save}
            </button>
            <button type="button" className="plain" onClick={() => setTyped(null)}>
              {t.cancel}
            </button>
          </div>
        )}
      </form>
    </aside>
  );
}

function Seen({ shotId, parts }: { shotId: string; parts: ReadonlyMap<string, ProductionNode> }) {
  const t = useTexts();
  const [still, clip] = [parts.get(`still-${shotId}`), parts.get(`clip-${shotId}`)];
  const degraded = clip?.degraded ?? still?.degraded;
  const failed = [partWordsOf(t, still), partWordsOf(t, clip)].filter((words) => words !== null);
  return (
    <>
      {clip?.output ? (
        // biome-ignore lint/a11y/useMediaCaption: a shot by itself is silent; the film has its subtitles.
        <video
          className="stage"
          src={clip.output.url}
          poster={still?.output?.url}
          controls
          loop
          playsInline
          preload="none"
          width={16}
          height={9}
        />
      ) : (
        still?.output && <img className="stage" src={still.output.url} alt="" />
      )}
      {degraded && <p className="caution">{t.drama.degraded(degraded)}</p>}
      {failed.map((words) => (
        <p key={words} className="trouble" role="alert">
          {words}
        </p>
      ))}
    </>
  );
}

interface RemakesProps {
  shotId: string;
  sceneId: string;
  parts: ReadonlyMap<string, ProductionNode>;
  production: Production;
}

function Remakes({ shotId, parts, production }: RemakesProps) {
  const t = useTexts();
  const kinds = [
    [`still-${shotId}`, t.drama.remakePicture],
    [`clip-${shotId}`, t.drama.remakeClip],
  ] as const;
  return (
    <div className="acts">
      {kinds.map(([id, words]) => {
        const part = parts.get(id);
        return (
          part &&
          part.state !== "waiting" && <RemakeButton key={id} production={production} part={part} words={words} />
        );
      })}
    </div>
  );
}
