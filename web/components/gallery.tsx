// Works as rows of pictures in their order, newest first, under the days on which they were made.
import { type CSSProperties, memo, type ReactNode, useEffect, useMemo, useRef } from "react";
import { clock, day } from "../texts/format.ts";
import { useLocale, useTexts } from "../texts/texts.ts";
import { Icon } from "./icon.tsx";
import { shapeOf, type Work } from "./work.ts";

export interface GalleryProps {
  works: readonly Work[];
  onOpen(work: Work): void;
  /** Called when the end comes near. */
  onMore?: (() => void) | undefined;
  hasMore?: boolean;
  isLoading?: boolean;
  /** Of the days' headings: one below what stands above the gallery. */
  level?: 2 | 3;
  /** What can be done with a tile without opening it. */
  acts?: ((work: Work) => ReactNode) | undefined;
}

export function Gallery({ works, onOpen, onMore, hasMore = false, isLoading = false, level = 3, acts }: GalleryProps) {
  const [t, locale] = [useTexts(), useLocale()];
  const Day = level === 2 ? "h2" : "h3";
  const days = useMemo(() => groupsOf(works, (work) => day(work.job.createdAt, locale, t.works)), [works, locale, t]);
  return (
    <div className="gallery">
      {days.map(([name, those]) => (
        <section key={name} aria-label={name}>
          <Day className="day">{name}</Day>
          {piecesOf(those).map((piece) => (
            <ul key={piece[0]?.id} className="wall">
              {piece.map((work) => (
                <Tile key={work.id} work={work} onOpen={onOpen} acts={acts} />
              ))}
            </ul>
          ))}
        </section>
      ))}
      {hasMore && onMore && <More onMore={onMore} isLoading={isLoading} count={works.length} />}
    </div>
  );
}

interface TileProps extends Pick<GalleryProps, "onOpen" | "acts"> {
  work: Work;
}

const Tile = memo(function Tile({ work, onOpen, acts }: TileProps) {
  const t = useTexts();
  const { job, output, thumbnail } = work;
  const title = job.prompt || t.works.noPrompt;
  // By the object model, which `style-src 'self'` allows; no attribute is written.
  const shape = { "--shape": shapeOf(output) } as CSSProperties;
  return (
    <li className={`tile ${output.type}`} style={shape} data-job={job.id}>
      <button type="button" className="tile-open" aria-label={t.works.open(title)} onClick={() => onOpen(work)}>
        {thumbnail ? (
          <img
            src={thumbnail}
            alt=""
            loading="lazy"
            decoding="async"
            width={output.width ?? 320}
            height={output.height ?? 320}
          />
        ) : output.type === "video" ? (
          // A frame of the film itself, where the server has no small picture of it.
          <video src={`${output.url}#t=0.1`} preload="metadata" muted playsInline tabIndex={-1} aria-hidden="true" />
        ) : (
          <span className="tile-sound">
            <Icon name="sound" />
            <span className="tile-words">{title}</span>
          </span>
        )}
      </button>
      <span className="tile-badges">
        {output.type !== "image" && output.durationMs !== null && (
          <span className="badge number">
            <Icon name={output.type === "video" ? "play" : "sound"} />
            {clock(output.durationMs)}
          </span>
        )}
        <span className="badge">{t.works.ai}</span>
      </span>
      <div className="tile-over">
        <p>{title}</p>
        {acts && <div className="tile-acts">{acts(work)}</div>}
      </div>
    </li>
  );
});

/** Asks for the next page when it comes into sight, and when it is pressed. */
function More({ onMore, isLoading, count }: { onMore: () => void; isLoading: boolean; count: number }) {
  const t = useTexts();
  const end = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const element = end.current;
    if (!element || isLoading) return;
    const seen = new IntersectionObserver(([entry]) => entry?.isIntersecting && onMore(), { rootMargin: "2000px" });
    seen.observe(element);
    return () => seen.disconnect();
  }, [onMore, isLoading, count]);
  return (
    <button ref={end} type="button" className="plain more" disabled={isLoading} onClick={onMore}>
      {isLoading ? t.loading : t.works.loadMore}
    </button>
  );
}

/** What is far away is not laid out: pieces are as large as that is worth it for. */
const PIECE = 48;

function piecesOf(works: readonly Work[]): Work[][] {
  return Array.from({ length: Math.ceil(works.length / PIECE) }, (_, at) => works.slice(at * PIECE, (at + 1) * PIECE));
}

function groupsOf(works: readonly Work[], nameOf: (work: Work) => string): [string, Work[]][] {
  const groups: [string, Work[]][] = [];
  for (const work of works) {
    const name = nameOf(work);
    const last = groups.at(-1);
    if (last?.[0] === name) last[1].push(work);
    else groups.push([name, [work]]);
  }
  return groups;
}
