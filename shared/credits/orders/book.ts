// The bookings of an order go into the ledger, each once, whoever dies or repeats: as with a code that is redeemed, the account with a marker, the
// order says that it is done, the marker goes (credits/give-back).
import type { UpdateDeps } from "../../items/update.ts";
import { type Account, withLine } from "../account.ts";
import type { ChangeAccount } from "../changes.ts";
import { giveBack } from "../give-back.ts";
import { type Booking, type OrderKey, orderPrefix, readOrder, updateOrder } from "./order.ts";

export interface BookDeps extends UpdateDeps {
  changeAccount: ChangeAccount;
}

/** Books what is not in the ledger yet, in order. Repeating it is safe. */
export async function bookOrder(deps: BookDeps, key: OrderKey): Promise<void> {
  for (;;) {
    const order = await readOrder(deps.table, key);
    if (!order || order.booked >= order.bookings.length) return;
    await bookOne(deps, key, order.booked + 1);
  }
}

/** What a timer does with a marker on an account: books it if the order does not say so yet, and takes the marker away. */
export async function bookMarked(deps: BookDeps, userId: string, marker: string): Promise<void> {
  const [, orderId = "", n = ""] = marker.split("#");
  await bookOne(deps, { userId, orderId }, Number(n));
}

async function bookOne(deps: BookDeps, key: OrderKey, n: number): Promise<void> {
  await giveBack<Booking>(deps, key.userId, {
    sort: `${orderPrefix}${key.orderId}#${n}`,
    async read() {
      const order = await readOrder(deps.table, key);
      return order && order.booked === n - 1 ? (order.bookings[n - 1] ?? null) : null;
    },
    take: (account, booking) => withBooking(deps, account, key, booking),
    async markDone() {
      await updateOrder(deps, key, (order) => (order.booked === n - 1 ? { ...order, booked: n } : null));
    },
  });
}

/** Nothing is given in a closed account; whoever paid for it is for the operator to find (`payments`). What goes back at the bank goes back here. */
function withBooking(
  { ids, clock }: BookDeps,
  account: Account,
  { orderId }: OrderKey,
  { amount, description }: Booking,
): Account {
  if (account.deletion && amount > 0) return account;
  const type = amount > 0 ? "purchase" : "reversal";
  return withLine(account, { id: ids.uuid(), type, amount, orderId, description, createdAt: clock.now() });
}
