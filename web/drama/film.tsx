// The film of each episode, with its subtitles; and everything in the forms that others work on with.
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { downloadPart, isEnded, type Production, type ProductionNode } from "dream-factory-client";
import { useEffect, useMemo, useState } from "react";
import { useClient } from "../api/studio.tsx";
import { Segments } from "../components/chip.tsx";
import { Icon } from "../components/icon.tsx";
import { notice } from "../components/notices.tsx";
import { saveAs } from "../components/save-as.ts";
import { wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";

export interface FilmProps {
  production: Production | null;
  parts: ReadonlyMap<string, ProductionNode>;
  title: string;
}

interface Cut {
  /** Its part. */
  id: string;
  episode: number;
  ratio: string;
  url: string;
  width: number | null;
  height: number | null;
}

export function Film({ production, parts, title }: FilmProps) {
  const t = useTexts();
  const cuts = useMemo(() => cutsOf(parts), [parts]);
  const [chosen, setChosen] = useState<string | null>(null);
  const cut = cuts.find((each) => nameOf(each) === chosen) ?? cuts[0];
  const subtitles = useSubtitles(production, cut?.episode ?? null, parts);
  if (!production || !cut) return null;
  const poster = parts.get(`poster-e${cut.episode}`)?.output?.url;
  return (
    <section className="film" aria-label={t.drama.film_}>
      {/* biome-ignore lint/a11y/useMediaCaption: its subtitles are there as soon as they are read. */}
      <video
        key={cut.url}
        src={cut.url}
        poster={poster}
        controls
        playsInline
        preload="metadata"
        width={cut.width ?? 16}
        height={cut.height ?? 9}
        aria-label={title}
      >
        {subtitles && <track kind="subtitles" src={subtitles} srcLang="" label={t.drama.subtitlesTrack} default />}
      </video>
      <div className="acts">
        {cuts.length > 1 && (
          <Segments
            label={t.drama.film_}
            value={nameOf(cut)}
            options={cuts.map(nameOf)}
            words={(name) => wordsFor(name, t.drama.episode, cuts)}
            onChoose={setChosen}
          />
        )}
        <Exports production={production} cut={cut} title={title} />
      </div>
    </section>
  );
}

function cutsOf(parts: ReadonlyMap<string, ProductionNode>): Cut[] {
  return Array.from(parts.values()).flatMap(({ id, kind, output }) => {
    const [, episode, ratio = ""] = /^episode-e(\d+)-?(.*)$/.exec(id) ?? [];
    if (kind !== "episode" || !output || !episode) return [];
    const { url, width, height } = output;
    return { id, episode: Number(episode), ratio: ratio.replace("x", ":"), url, width, height };
  });
}

const nameOf = ({ episode, ratio }: Cut) => `${episode} ${ratio}`;

function wordsFor(name: string, episodeWords: (n: number) => string, cuts: readonly Cut[]): string {
  const [episode = "1", ratio = ""] = name.split(" ");
  const isOne = new Set(cuts.map((cut) => cut.episode)).size === 1;
  return isOne ? ratio : `${episodeWords(Number(episode))} ${ratio}`;
}

/** They are read with the token, and shown from the page's own memory. */
function useSubtitles(
  production: Production | null,
  episode: number | null,
  parts: ReadonlyMap<string, ProductionNode>,
): string | null {
  const client = useClient();
  const id = production?.id ?? "";
  const { data: text } = useQuery({
    queryKey: [`production ${id}`, "subtitles", episode, production?.round],
    queryFn: ({ signal }) =>
      client.exportProduction(id, { format: "vtt", episode: String(episode) as never }, { signal }),
    // While a round goes on, what is shown is of the one before.
    enabled: production !== null && isEnded(production) && Boolean(parts.get(`subtitles-e${episode}-vtt`)?.output),
    placeholderData: keepPreviousData,
  });
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (typeof text !== "string") return;
    const made = URL.createObjectURL(new Blob([text], { type: "text/vtt" }));
    setUrl(made);
    // Not at once: the film may be reading it just now.
    return () => void setTimeout(() => URL.revokeObjectURL(made), 60_000);
  }, [text]);
  return url;
}

const formats = ["film", "srt", "vtt", "json"] as const;

function Exports({ production, cut, title }: { production: Production; cut: Cut; title: string }) {
  const [t, client] = [useTexts(), useClient()];
  const exporting = useMutation({
    async mutationFn(format: (typeof formats)[number]) {
      const name = `${
        title
          .replaceAll(/[/\\:*?"<>|\p{Cc}\p{Cf}]/gu, " ")
          .trim()
          .slice(0, 60) || "film"
      } ${cut.episode}`;
      if (format === "film") return void (await downloadPart(client, production.id, cut.id));
      const data = await client.exportProduction(production.id, { format, episode: String(cut.episode) as never });
      const text = typeof data === "string" ? data : JSON.stringify(data, null, 2);
      saveAs(new Blob([text], { type: "application/octet-stream" }), `${name}.${format}`);
    },
    onError: (error) => notice(wordsOf(t, error), { isBad: true }),
  });
  return (
    <details className="exports">
      <summary className="plain">
        <Icon name="download" />
        {t.drama.export}
      </summary>
      <ul>
        {formats.map((format) => (
          <li key={format}>
            <button
              type="button"
              className="link"
              disabled={exporting.isPending}
              onClick={() => exporting.mutate(format)}
            >
              {t.drama.exports[format]}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
