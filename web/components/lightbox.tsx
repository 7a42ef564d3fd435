// One work, large: with all that is known of it, what can be done with it, and another one beside it to compare.
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { useTexts } from "../texts/texts.ts";
import { Icon } from "./icon.tsx";
import { Modal } from "./modal.tsx";
import type { Work } from "./work.ts";

export interface LightboxProps {
  works: readonly Work[];
  /** The one that is shown. */
  id: string;
  onMove(id: string): void;
  onClose(): void;
  /** What stands beside the picture. */
  about: (work: Work) => ReactNode;
}

export function Lightbox({ works, id, onMove, onClose, about }: LightboxProps) {
  const t = useTexts();
  const [pinned, setPinned] = useState<Work | null>(null);
  const index = works.findIndex((each) => each.id === id);
  const shown = works[index];
  const move = useCallback(
    (steps: number) => {
      const next = works[index + steps];
      if (next) onMove(next.id);
    },
    [works, index, onMove],
  );
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLMediaElement) return;
      if (event.key === "ArrowRight") move(1);
      if (event.key === "ArrowLeft") move(-1);
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, [move]);
  if (!shown) return null;
  return (
    <Modal label={shown.job.prompt || t.works.noPrompt} onClose={onClose} className="lightbox">
      <div className={pinned ? "viewed two" : "viewed"}>
        {pinned && <View work={pinned} />}
        <View key={shown.id} work={shown} />
        <button
          type="button"
          className="round step back"
          aria-label={t.works.previous}
          disabled={index <= 0}
          onClick={() => move(-1)}
        >
          <Icon name="previous" />
        </button>
        <button
          type="button"
          className="round step on"
          aria-label={t.works.next}
          disabled={index >= works.length - 1}
          onClick={() => move(1)}
        >
          <Icon name="next" />
        </button>
      </div>
      <aside className="about" aria-label={t.works.prompt}>
        <div className="about-top">
          <button
            type="button"
            className="plain"
            aria-pressed={pinned !== null}
            onClick={() => {
              setPinned(pinned ? null : shown);
              if (!pinned) move(index + 1 < works.length ? 1 : -1);
            }}
          >
            <Icon name="compare" />
            {pinned ? t.works.compareEnd : t.works.compare}
          </button>
          {pinned && <p className="small soft">{t.works.compareLead}</p>}
        </div>
        {about(shown)}
      </aside>
    </Modal>
  );
}

function View({ work: { job, output, thumbnail } }: { work: Work }) {
  const t = useTexts();
  const title = job.prompt || t.works.noPrompt;
  return (
    <figure className={`view ${output.type}`}>
      {output.type === "image" ? (
        <img src={output.url} alt={title} width={output.width ?? undefined} height={output.height ?? undefined} />
      ) : output.type === "video" ? (
        // biome-ignore lint/a11y/useMediaCaption: what a model has filmed has no captions of its own.
        <video
          src={output.url}
          poster={thumbnail ?? undefined}
          controls
          playsInline
          loop
          preload="metadata"
          width={output.width ?? undefined}
          height={output.height ?? undefined}
          aria-label={title}
        />
      ) : (
        // biome-ignore lint/a11y/useMediaCaption: its words stand beside it.
        <audio src={output.url} controls preload="metadata" aria-label={title} />
      )}
    </figure>
  );
}
