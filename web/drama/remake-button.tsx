// One part of a film anew, and what is made from it.
import { useMutation } from "@tanstack/react-query";
import { isEnded, type Production, type ProductionNode } from "dream-factory-client";
import { useLiveStore } from "../api/live-context.tsx";
import { useClient } from "../api/studio.tsx";
import { Icon } from "../components/icon.tsx";
import { notice } from "../components/notices.tsx";
import { wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";

export function RemakeButton({
  production,
  part,
  words,
}: {
  production: Production;
  part: ProductionNode;
  words: string;
}) {
  const [t, client, live] = [useTexts(), useClient(), useLiveStore()];
  const last = part.makes.at(-1)?.cost;
  const remaking = useMutation({
    mutationFn: () => client.remakeNode(production.id, part.id, {}),
    onSuccess: (begun) => live.hear({ event: "progress", data: { productionId: begun.id, production: begun } }),
    onError: (error) => notice(wordsOf(t, error), { isBad: true }),
  });
  return (
    <button
      type="button"
      className="plain"
      disabled={!isEnded(production) || remaking.isPending}
      onClick={() => remaking.mutate()}
    >
      <Icon name="again" />
      {words}
      {last !== undefined && last > 0 && <span className="soft number">· {last}</span>}
    </button>
  );
}
