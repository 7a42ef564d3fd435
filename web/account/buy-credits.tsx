// Credits that are sold: only where the operator sells some. They are paid elsewhere, and come with the payment.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { CreditPack } from "dream-factory-client";
import { useEffect } from "react";
import { useClient, useSession } from "../api/studio.tsx";
import { useWishKeys } from "../api/wish-key.ts";
import { notice } from "../components/notices.tsx";
import { useOnePress } from "../components/one-press.ts";
import { wordsOf } from "../texts/failures.ts";
import { useLocale, useTexts } from "../texts/texts.ts";

export function BuyCredits() {
  const [t, client] = [useTexts(), useClient()];
  const { data: packs } = useQuery({
    queryKey: ["packs"],
    queryFn: ({ signal }) => client.listPacks({ signal }),
    staleTime: 5 * 60_000,
  });
  if (!packs?.enabled) return null;
  return (
    <section className="card redeem">
      <h2>{t.credits.buy}</h2>
      <ul className="packs">
        {packs.items.map((pack) => (
          <Pack key={pack.id} pack={pack} />
        ))}
      </ul>
      <NewestOrder />
    </section>
  );
}

function Pack({ pack }: { pack: CreditPack }) {
  const [t, locale, client] = [useTexts(), useLocale(), useClient()];
  const [press, keys] = [useOnePress(), useWishKeys()];
  const buying = useMutation({
    mutationFn: () => client.createCheckout({ packId: pack.id }, { idempotencyKey: keys.of(pack.id) }),
    onSuccess({ url }) {
      keys.answered();
      if (url?.startsWith("https://")) location.assign(url);
    },
    onError(error) {
      keys.answered(error);
      notice(wordsOf(t, error), { isBad: true });
    },
  });
  return (
    <li>
      <button type="button" className="pack" disabled={buying.isPending} onClick={() => press(() => buying.mutate())}>
        <b>{pack.name}</b>
        <span className="number">{priceOf(pack, locale)}</span>
      </button>
    </li>
  );
}

/** What became of the order that its buyer comes back from. */
function NewestOrder() {
  const [t, client, session, queries] = [useTexts(), useClient(), useSession(), useQueryClient()];
  const { data: order } = useQuery({
    queryKey: ["orders", session?.userId],
    queryFn: async ({ signal }) => (await client.listOrders({ limit: 1 }, { signal })).items[0] ?? null,
    refetchInterval: ({ state }) => (hasComeBack() && isUnderWay(state.data?.status) ? 3000 : false),
  });
  const status = order?.status;
  useEffect(() => {
    if (status !== "paid") return;
    void queries.invalidateQueries({ queryKey: ["credits"] });
    void queries.invalidateQueries({ queryKey: ["ledger"] });
  }, [status, queries]);
  if (!order || !hasComeBack()) return null;
  return (
    <p className="small" role="status">
      {order.name} <span className={status === "paid" ? "tag good" : "tag warn"}>{t.credits.orders[order.status]}</span>
    </p>
  );
}

const isUnderWay = (status: string | undefined) => status === "open" || status === "pending";

/** As the return address says it: `?order=…&checkout=success`. */
const hasComeBack = () => new URLSearchParams(location.search).has("order");

/** The smallest unit is a hundredth of most currencies, and the whole of some. */
function priceOf({ amount, currency }: CreditPack, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency: currency.toUpperCase() });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
