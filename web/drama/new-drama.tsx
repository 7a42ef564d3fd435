// What a new drama is to be. What was typed is there when it is opened again.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { language as pageLanguage } from "../api/preferences.ts";
import { go } from "../api/route.ts";
import { createOwn, useStored } from "../api/stored.ts";
import { useClient } from "../api/studio.tsx";
import { newKey } from "../api/wish-key.ts";
import { Modal } from "../components/modal.tsx";
import { wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";
import { DramaFields, type DramaWish } from "./drama-fields.tsx";

type Wanted = DramaWish & { key: string };

const wish = createOwn<Wanted | null>("new-drama", null, (found) =>
  typeof found === "object" && found !== null && "title" in found ? (found as Wanted) : null,
);

const first = (): Wanted => ({
  ...{ title: "", description: "", genre: "drama", language: pageLanguage.get(), episodes: 1, scenesPerEpisode: 3 },
  ...{ durationSec: 30, style: "", subtitles: "soft", music: true, ratio: "16:9", key: newKey() },
});

export function NewDrama({ onClose }: { onClose(): void }) {
  const [t, client, queries] = [useTexts(), useClient(), useQueryClient()];
  const wanted = useStored(wish) ?? first();
  // Another wish is another key; the same one, sent twice, is one drama.
  const change = (part: Partial<Wanted>) => wish.set({ ...wanted, ...part, key: newKey() });
  const creating = useMutation({
    mutationFn: ({ key, ratio, ...body }: Wanted) =>
      client.createProject({ ...body, title: body.title.trim(), ratios: [ratio] }, { idempotencyKey: key }),
    onSuccess(project) {
      wish.set(null);
      void queries.invalidateQueries({ queryKey: ["projects"] });
      onClose();
      go("dramas", project.id);
    },
  });
  return (
    <Modal label={t.drama.new} onClose={onClose} className="wide">
      <h2>{t.drama.new}</h2>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          creating.mutate(wanted);
        }}
      >
        <DramaFields value={wanted} onChange={change} needsIdea />
        {creating.error && (
          <p className="trouble" role="alert">
            {wordsOf(t, creating.error)}
          </p>
        )}
        <button type="submit" className="go" disabled={creating.isPending && !creating.isPaused}>
          {creating.isPaused ? t.waitingForNetwork : t.drama.form.create}
        </button>
      </form>
    </Modal>
  );
}
