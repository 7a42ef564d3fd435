// One part of a film anew, and what is made from it.
import { useMutation, useQuery } from "@tanstack/react-query";
import { isEnded, type Production, type ProductionNode } from "dream-factory-client";
import { useLiveStore } from "../api/live-context.tsx";
import { useClient } from "../api/studio.tsx";
import { Icon } from "../components/icon.tsx";
import { notice } from "../components/notices.tsx";
import { useOnePress } from "../components/one-press.ts";
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
  const isFree = isEnded(production);
  // With all that is made from it.
  const { data: quote } = useQuery({
    queryKey: [`production ${production.id}`, "remake", part.id, production.round],
    queryFn: ({ signal }) => client.quoteProduction(production.id, { remake: [part.id] }, { signal }),
    enabled: isFree,
  });
  const remaking = useMutation({
    mutationFn: () => client.remakeNode(production.id, part.id, quote ? { budget: quote.price } : {}),
    onSuccess: (begun) => live.hear({ event: "progress", data: { productionId: begun.id, production: begun } }),
    onError: (error) => notice(wordsOf(t, error), { isBad: true }),
  });
  const press = useOnePress();
  return (
    <button
      type="button"
      className="plain"
      disabled={!isFree || !quote || remaking.isPending}
      onClick={() => press(() => remaking.mutate())}
    >
      <Icon name="again" />
      {words}
      {quote && <span className="soft number">· {quote.price === 0 ? t.make.free : quote.price}</span>}
    </button>
  );
}
