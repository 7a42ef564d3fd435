// A list of works: as a wall, and each of them large.
import { useMemo, useState } from "react";
import type { useWorks } from "../api/reading.ts";
import { Gallery } from "../components/gallery.tsx";
import { Icon } from "../components/icon.tsx";
import { Lightbox } from "../components/lightbox.tsx";
import { type Work, worksOf } from "../components/work.ts";
import { madeAgain, takeAsInput } from "../make/draft.ts";
import { wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";
import { AboutWork, DownloadButton } from "./about-work.tsx";

export function Wall({
  works: { jobs, error, hasNextPage, fetchNextPage, isFetchingNextPage, refetch },
  heading,
}: {
  works: ReturnType<typeof useWorks>;
  heading?: string;
}) {
  const t = useTexts();
  const works = useMemo(() => worksOf(jobs), [jobs]);
  const [open, setOpen] = useState<string | null>(null);
  return (
    <section aria-label={heading ?? t.works.title}>
      {heading && <h2 className="head">{heading}</h2>}
      {error && (
        <p className="trouble" role="alert">
          {wordsOf(t, error)}{" "}
          <button type="button" className="link first" onClick={() => refetch()}>
            {t.again}
          </button>
        </p>
      )}
      <Gallery
        works={works}
        onOpen={({ id }) => setOpen(id)}
        onMore={() => void fetchNextPage()}
        hasMore={hasNextPage}
        isLoading={isFetchingNextPage}
        acts={tileActs}
        level={heading ? 3 : 2}
      />
      {open !== null && works.some(({ id }) => id === open) && (
        <Lightbox
          works={works}
          id={open}
          onMove={setOpen}
          onClose={() => setOpen(null)}
          about={(work) => <AboutWork key={work.id} work={work} onLeave={() => setOpen(null)} />}
        />
      )}
    </section>
  );
}

const tileActs = (work: Work) => <TileActs work={work} />;

function TileActs({ work }: { work: Work }) {
  const t = useTexts();
  return (
    <>
      {work.output.type === "image" && (
        <button type="button" onClick={() => takeAsInput(work)}>
          <Icon name="use" />
          {t.works.use}
        </button>
      )}
      <button type="button" onClick={() => madeAgain(work.job)}>
        <Icon name="again" />
        {t.works.makeAgain}
      </button>
      <DownloadButton work={work} isShort />
    </>
  );
}
