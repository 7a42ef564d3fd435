// One part of a film anew, and what is made from it.
import { useMutation, useQuery } from "@tanstack/react-query";
import { isEnded, type Production, type ProductionNode } from "dream-factory-client";
import { useLiveStore } from "../api/live-context.tsx";
import { useClient } from "../api/studio.tsx";
import { useWishKeys } from "../api/wish-key.ts";
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
  const [press, keys] = [useOnePress(), useWishKeys()];
  const remaking = useMutation({
    mutationFn: (budget: number) =>
      client.remakeNode(
        production.id,
        part.id,
        { budget },
        { idempotencyKey: keys.of(`${part.id} ${production.round} ${budget}`) },
      ),
    onSuccess(begun) {
      keys.answered();
      live.hear({ event: "progress", data: { productionId: begun.id, production: begun } });
    },
    onError(error) {
      keys.answered(error);
      notice(wordsOf(t, error), { isBad: true });
    },
  });
  return (
    <button
      type="button"
      className="plain"
      disabled={!isFree || !quote || remaking.isPending}
      onClick={() => quote && press(() => remaking.mutate(quote.price))}
    >
      <Icon name="again" />
      {words}
      {quote && <span className="soft number">· {quote.price === 0 ? t.make.free : quote.price}</span>}
    </button>
  );
}
