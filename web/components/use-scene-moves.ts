// Moving scenes: dragged by their heads, or by buttons.
import type { Scene } from "dream-factory-client";
import { type DragEvent, useEffect, useRef, useState } from "react";

export type Way = "earlier" | "later";

/** A button that has moved its scene has the focus also where the scene is then. */
export function useSceneMoves(scenes: readonly Scene[], onMoveScene: ((scene: Scene, to: number) => void) | undefined) {
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const board = useRef<HTMLDivElement>(null);
  const pressed = useRef<{ id: string; kind: Way } | null>(null);
  const order = scenes.map(({ id }) => id).join();
  useEffect(() => {
    if (!pressed.current) return;
    const { id, kind } = pressed.current;
    pressed.current = null;
    const buttons = board.current?.querySelectorAll<HTMLButtonElement>(`[data-scene="${id}"] button`) ?? [];
    const [same, other] = kind === "earlier" ? buttons : [...buttons].reverse();
    (same?.disabled ? other : same)?.focus();
  }, [order]);
  const move = (from: number, to: number) => {
    const scene = scenes[from];
    if (scene && from !== to) onMoveScene?.(scene, to);
  };
  const end = () => {
    setDragged(null);
    setOver(null);
  };
  return {
    board,
    isOver: (index: number) => over === index && dragged !== null && dragged !== index,
    moveByButton(index: number, kind: Way) {
      pressed.current = { id: scenes[index]?.id ?? "", kind };
      move(index, kind === "earlier" ? index - 1 : index + 1);
    },
    partsOf: (index: number) =>
      onMoveScene && scenes.length > 1
        ? {
            handle: {
              draggable: true,
              onDragStart(event: DragEvent) {
                event.dataTransfer.effectAllowed = "move";
                event.dataTransfer.setData("text/plain", scenes[index]?.id ?? "");
                setDragged(index);
              },
              onDragEnd: end,
            },
            target: {
              onDragOver(event: DragEvent) {
                if (dragged === null) return;
                event.preventDefault();
                setOver(index);
              },
              onDrop(event: DragEvent) {
                if (dragged === null) return;
                event.preventDefault();
                move(dragged, index);
                end();
              },
            },
          }
        : { handle: {}, target: {} },
  };
}
