// Scenes as rows of shots: what is seen, who says what, what is made of it yet. A shot is chosen; shots and scenes are dragged, or moved by buttons.
import type { Scene } from "dream-factory-client";
import { type DragEvent, useMemo, useState } from "react";
import { clock } from "../texts/format.ts";
import { useTexts } from "../texts/texts.ts";
import { Icon, type IconName } from "./icon.tsx";
import { type Shot, shotsOf } from "./shot.ts";
import { useSceneMoves, type Way } from "./use-scene-moves.ts";

/** What there is of a shot. */
export interface ShotPicture {
  /** A still, or a frame. */
  picture: string | null;
  state: "waiting" | "making" | "made" | "reused" | "stale" | "failed" | "skipped" | "cancelled";
  /** Why it is less than what was wanted. */
  degraded?: string | null;
  /** Why it failed. */
  why?: string | null;
}

export interface Person {
  name: string;
  picture: string | null;
}

export interface StoryboardProps {
  scenes: readonly Scene[];
  /** By character id. */
  people: ReadonlyMap<string, Person>;
  /** By shot: `e1s2h3`. */
  pictures?: ReadonlyMap<string, ShotPicture>;
  selected?: string | null;
  onSelect?: ((shotId: string, scene: Scene) => void) | undefined;
  /** A shot of the scene goes to another place in it. */
  onMove?: ((scene: Scene, from: number, to: number) => void) | undefined;
  /** A scene goes to another place among these. */
  onMoveScene?: ((scene: Scene, to: number) => void) | undefined;
}

export function Storyboard({ scenes, people, pictures = nothing, selected = null, ...acts }: StoryboardProps) {
  const t = useTexts();
  const { onSelect, onMove, onMoveScene } = acts;
  const { isOver, partsOf, board, moveByButton } = useSceneMoves(scenes, onMoveScene);
  return (
    <div className="storyboard" ref={board}>
      {scenes.map((scene, index) => (
        <section
          key={scene.id}
          className={isOver(index) ? "scene over" : "scene"}
          aria-labelledby={`scene-${scene.id}`}
          {...partsOf(index).target}
        >
          <div className="scene-head" {...partsOf(index).handle}>
            <h3 id={`scene-${scene.id}`}>
              <span>{t.drama.scene(scene.number)}</span>
              <span className="soft">
                {scene.place} · {t.drama.times[scene.time]} · {t.make.moods[scene.mood]}
              </span>
            </h3>
            {onMoveScene && scenes.length > 1 && (
              <div className="scene-moves" data-scene={scene.id}>
                <MoveButton
                  kind="earlier"
                  what={t.drama.scene(scene.number)}
                  icon="rise"
                  isOff={index === 0}
                  onMove={() => moveByButton(index, "earlier")}
                />
                <MoveButton
                  kind="later"
                  what={t.drama.scene(scene.number)}
                  icon="down"
                  isOff={index === scenes.length - 1}
                  onMove={() => moveByButton(index, "later")}
                />
              </div>
            )}
          </div>
          <SceneShots {...{ scene, people, pictures, selected, onSelect, onMove }} />
        </section>
      ))}
    </div>
  );
}

const nothing: ReadonlyMap<string, ShotPicture> = new Map();

type SceneProps = Pick<StoryboardProps, "people" | "onSelect" | "onMove"> & {
  scene: Scene;
  pictures: ReadonlyMap<string, ShotPicture>;
  selected: string | null;
};

function SceneShots({ scene, people, pictures, selected, onSelect, onMove }: SceneProps) {
  const t = useTexts();
  const shots = useMemo(() => shotsOf(scene), [scene]);
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const end = () => {
    setDragged(null);
    setOver(null);
  };
  const dragging = (index: number) =>
    onMove && shots.length > 1
      ? {
          draggable: true,
          onDragStart(event: DragEvent) {
            event.dataTransfer.effectAllowed = "move";
            event.dataTransfer.setData("text/plain", shots[index]?.id ?? "");
            setDragged(index);
          },
          onDragOver(event: DragEvent) {
            if (dragged === null) return;
            event.preventDefault();
            setOver(index);
          },
          onDrop(event: DragEvent) {
            event.preventDefault();
            if (dragged !== null && dragged !== index) onMove(scene, dragged, index);
            end();
          },
          onDragEnd: end,
        }
      : {};
  return (
    <ol className="shots">
      {shots.map((shot, index) => (
        <li
          key={shot.id}
          className={`shot ${shot.id === selected ? "on" : ""} ${over === index && dragged !== index ? "over" : ""}`}
          {...dragging(index)}
        >
          <ShotCard
            shot={shot}
            number={index + 1}
            people={people}
            made={pictures.get(shot.id)}
            onSelect={onSelect && (() => onSelect(shot.id, scene))}
          />
          {onMove && shots.length > 1 && (
            <div className="shot-moves">
              <MoveButton
                kind="earlier"
                what={t.drama.shot(index + 1)}
                icon="previous"
                isOff={index === 0}
                onMove={() => onMove(scene, index, index - 1)}
              />
              <MoveButton
                kind="later"
                what={t.drama.shot(index + 1)}
                icon="next"
                isOff={index === shots.length - 1}
                onMove={() => onMove(scene, index, index + 1)}
              />
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}

interface CardProps {
  shot: Shot;
  number: number;
  people: ReadonlyMap<string, Person>;
  made: ShotPicture | undefined;
  onSelect: (() => void) | undefined;
}

function ShotCard({ shot, number, people, made, onSelect }: CardProps) {
  const t = useTexts();
  const state = made?.state ?? "waiting";
  const [first] = shot.lines;
  const line = first ? `“${first.text}”` : shot.seen;
  const why = made?.why ? t.errors.field(t.drama.states.failed, made.why) : t.drama.states.failed;
  const failure = state === "failed" ? ` · ${why}` : "";
  const names = shot.characters.flatMap((id) => people.get(id) ?? []);
  return (
    <button
      type="button"
      className={`shot-card ${state}`}
      aria-label={`${t.drama.shot(number)}: ${line}${failure}`}
      onClick={onSelect}
    >
      <span className="frame">
        {made?.picture ? (
          <img src={made.picture} alt="" loading="lazy" decoding="async" />
        ) : (
          <span className="frame-empty" title={made?.why ?? undefined}>
            <Icon name={state === "failed" ? "warning" : state === "making" ? "wait" : "make"} />
            {t.drama.states[state]}
          </span>
        )}
        <span className="badge number shot-number">{number}</span>
        <span className="badge number shot-length">{clock(shot.durationSec * 1000)}</span>
        <span className="shot-state">
          {made?.degraded && (
            <span className="tag warn" title={t.drama.degraded(made.degraded)}>
              !
            </span>
          )}
          {made?.picture && (state === "making" || state === "stale") && (
            <span className="badge">{t.drama.states[state]}</span>
          )}
        </span>
      </span>
      <span className="shot-words">
        <span className="shot-line">{line}</span>
        <span className="shot-foot">
          <span className="faces">
            {names.map(({ name, picture }) => picture && <img key={name} src={picture} alt="" loading="lazy" />)}
          </span>
          {names.map(({ name }) => name).join(", ")}
        </span>
      </span>
    </button>
  );
}

interface MoveButtonProps {
  kind: Way;
  what: string;
  icon: IconName;
  isOff: boolean;
  onMove(): void;
}

function MoveButton({ kind, what, icon, isOff, onMove }: MoveButtonProps) {
  const t = useTexts();
  return (
    <button type="button" className="round" disabled={isOff} aria-label={`${what}: ${t.drama[kind]}`} onClick={onMove}>
      <Icon name={icon} />
    </button>
  );
}
