// Every gap by its name: in which step of the core, and between which two of its writes, a process dies.
import type { Account } from "../../shared/credits/account.ts";
import type { Code } from "../../shared/credits/codes.ts";
import type { Order } from "../../shared/credits/orders/order.ts";
import type { Job } from "../../shared/jobs/job.ts";
import type { Write } from "../../shared/ports/table.ts";
import type { Upload } from "../../shared/uploads/upload.ts";
import type { Delivery } from "../../shared/webhooks/delivery.ts";
import { type Call, itemPut, jobPut, objectOf, objectsOf } from "../jobs/intercept.ts";
import type { Gap } from "./gap.ts";

type Matches = Gap["matches"];

const takesJob = (is: (job: Job) => boolean): Matches => {
  return (call) => {
    const job = jobPut(call);
    return job !== null && is(job);
  };
};
const writesItem = (key: "partition" | "sort", prefix: string): Matches => {
  return (call) => itemPut(call)?.[key].startsWith(prefix) ?? false;
};
const takesAccount = (is: (account: Account) => boolean): Matches => {
  return (call) => {
    const item = itemPut(call);
    return item?.sort === "account" && is(item.data as unknown as Account);
  };
};
const takesCode = (is: (code: Code) => boolean): Matches => {
  return (call) => {
    const item = itemPut(call);
    return item?.sort === "code" && is(item.data as unknown as Code);
  };
};
const takesUpload = (is: (upload: Upload) => boolean): Matches => {
  return (call) => {
    const item = itemPut(call);
    return (item?.sort.startsWith("upload#") ?? false) && is(item?.data as unknown as Upload);
  };
};
const takesDelivery = (is: (delivery: Delivery) => boolean): Matches => {
  return (call) => {
    const item = itemPut(call);
    return (item?.sort.startsWith("delivery#") ?? false) && is(item?.data as unknown as Delivery);
  };
};
const takesOrder = (is: (order: Order) => boolean): Matches => {
  return (call) => {
    const item = itemPut(call);
    return (item?.sort.startsWith("order#") ?? false) && is(item?.data as unknown as Order);
  };
};
const takesMail = (is: (mail: { tries: number }) => boolean): Matches => {
  return (call) => {
    const item = itemPut(call);
    return item?.sort === "mail" && is(item.data as unknown as { tries: number });
  };
};
const object = (name: "put" | "copy" | "delete" | "get", prefix: string): Matches => {
  return (call) => objectOf(call, name)?.startsWith(prefix) ?? false;
};
const manyObjects: Matches = (call) => objectsOf(call) !== null;
const deletesItem = (key: "partition" | "sort", prefix: string): Matches => {
  return ({ port, name, args }) => {
    return port === "table" && name === "delete" && (args[0] as Record<typeof key, string>)[key].startsWith(prefix);
  };
};
const provider = (method: string): Matches => {
  return ({ port, name }: Call) => port === "provider" && name === method;
};
const together = (is: (job: Job) => boolean): Matches => {
  return ({ port, name, args }) => {
    if (port !== "table" || name !== "putTogether") return false;
    const writes = args[0] as readonly Write[];
    return writes.some(({ item }) => item.sort.startsWith("job#") && is(item.data as unknown as Job));
  };
};
const before = (matches: Matches, nth = 1): Gap => ({ moment: "before", matches, nth });
const after = (matches: Matches, nth = 1): Gap => ({ moment: "after", matches, nth });
const inside = (bytes: number, matches: Matches): Gap => ({ moment: { bytes }, matches });
const amid = (keys: number, matches: Matches): Gap => ({ moment: { keys }, matches });

const hasUploadRoom = ({ uploads = {} }: Account) => Object.keys(uploads).length > 0;
const hasUsed = ({ usedBytes = 0 }: Account) => usedBytes > 0;

const newJob = takesJob((job) => job.phase === "queued" && job.attempt === 0 && !job.lease);
const nextRound = takesJob((job) => job.phase === "queued" && job.round === 2 && job.attemptsInRound === 0);
const isTransferring = ({ phase }: Job) => phase === "transferring";
const areAllWaiting = ({ deliveries }: Job) => deliveries.every(({ state }) => state === "waiting");
const ends = (outcome: Job["outcome"]) => takesJob((job) => job.phase === "ended" && job.outcome === outcome);
const isSettledAs = (outcome: Job["outcome"]) => takesJob((job) => job.phase === "closing" && job.outcome === outcome);
const hasRefund = ({ lines }: Account) => lines.some(({ type }) => type === "refund");
const hasSwept = ({ deletion }: Account) => typeof deletion?.sweptAt === "number";
const hasRedeemed = ({ lines }: Account) => lines.some(({ type }) => type === "redeem");

const hasBought = ({ lines, givenBack = [] }: Account) =>
  lines.some(({ type }) => type === "purchase") && givenBack.length > 0;
const isFreeOfMarkers = ({ lines, givenBack = [] }: Account) =>
  lines.some(({ type }) => type === "purchase") && givenBack.length === 0;
const hasEndedTokens = (call: Call) => itemPut(call)?.sort === "profile" && itemPut(call)?.data.tokenVersion === 2;
const hasNewPassword = (call: Call) => itemPut(call)?.sort === "login" && itemPut(call)?.data.tokenVersion === 2;
const isVerified = (call: Call) => itemPut(call)?.sort === "profile" && itemPut(call)?.data.verifiedAt !== undefined;
const hasWelcome = ({ lines }: Account) => lines.some(({ type, amount }) => type === "grant" && amount > 0);

export const gaps = {
  "checkout: after the key": after(writesItem("sort", "idem#")),
  "checkout: before the order": before(takesOrder(({ session }) => session === null)),
  "checkout: after the order": after(takesOrder(({ session }) => session === null)),
  "checkout: before the page is written down": before(takesOrder(({ session }) => session !== null)),
  "checkout: after the page was written down": after(takesOrder(({ session }) => session !== null)),

  "paid: before the order is paid": before(takesOrder(({ status }) => status === "paid")),
  "paid: after the order is paid": after(takesOrder(({ status }) => status === "paid")),
  "paid: before the grant": before(takesAccount(hasBought)),
  "paid: after the grant": after(takesAccount(hasBought)),
  "paid: after the order says so": after(takesOrder(({ booked }) => booked === 1)),
  "paid: before the marker is removed": before(takesAccount(isFreeOfMarkers)),
  "paid: before the order is at rest": before(
    takesOrder(({ booked, nextLookAt }) => booked === 1 && nextLookAt === null),
  ),

  "reset: before tokens end": before(hasEndedTokens),
  "reset: after tokens ended": after(hasEndedTokens),
  "reset: after the new password": after(hasNewPassword),

  "verify: after the welcome": after(takesAccount(hasWelcome)),
  "verify: before the address is verified": before(isVerified),
  "verify: after the address is verified": after(isVerified),

  "mail: after it was queued": after(takesMail(({ tries }) => tries === 0)),
  "mail: after the claim": after(takesMail(({ tries }) => tries === 1)),
  "mail: before it is gone": before(deletesItem("partition", "mail#")),

  "create: after the key": after(writesItem("sort", "idem#")),
  "create: after the input": after(object("put", "temp/inputs/")),
  "create: before the job": before(newJob),
  "create: after the job": after(newJob),
  "create: before the hold": before(takesAccount(({ holds }) => holds.length > 0)),
  "create: after the hold": after(takesAccount(({ holds }) => holds.length > 0)),
  "create: before the ticket": before(object("put", "temp/tickets/")),
  "create: after the ticket": after(object("put", "temp/tickets/")),

  "together: before key, job and hold": before(together(({ outcome }) => outcome === null)),
  "together: after key, job and hold": after(together(({ outcome }) => outcome === null)),
  "together: before end and capture": before(together(({ outcome }) => outcome === "completed")),
  "together: after end and capture": after(together(({ outcome }) => outcome === "completed")),
  "together: before end and refund": before(together(({ outcome }) => outcome === "cancelled")),
  "together: after end and refund": after(together(({ outcome }) => outcome === "cancelled")),

  "claim: before the claim": before(takesJob(({ lease }) => lease !== null)),
  "claim: after the claim": after(takesJob(({ lease }) => lease !== null)),
  "claim: after a renewal, while a file streams": after(
    takesJob((job) => isTransferring(job) && areAllWaiting(job)),
    2,
  ),

  "submit: before submitting is written": before(takesJob(({ phase }) => phase === "submitting")),
  "submit: after submitting was written": after(takesJob(({ phase }) => phase === "submitting")),
  "submit: before a provider that takes our reference hears of it": before(provider("start")),
  "submit: before a provider that can be asked hears of it": before(provider("start")),
  "submit: before a provider that cannot be asked hears of it": before(provider("start")),
  "submit: after the answer of a provider that may be asked twice": after(provider("start")),
  "submit: after the answer of a provider that takes our reference": after(provider("start")),
  "submit: after the answer of a provider that can be asked": after(provider("start")),
  "submit: after the answer of a provider that cannot be asked": after(provider("start")),
  "submit: after the task was written": after(takesJob(({ phase }) => phase === "waiting")),
  "submit: after the task's item": after(writesItem("partition", "task#")),
  "submit: after a success was heard of": after(provider("check")),

  "transfer: before the list of outputs": before(takesJob(isTransferring)),
  "transfer: after the list of outputs": after(takesJob(isTransferring)),
  "transfer: inside a file that is fetched": inside(3000, object("put", "temp/outputs/")),
  "transfer: inside a file that is drawn": inside(200, object("put", "temp/outputs/")),
  "transfer: inside a file that came with the request": inside(3000, object("put", "temp/outputs/")),
  "transfer: after a file, before its record": after(object("put", "temp/outputs/")),
  "transfer: after the record of the first of two files": after(
    takesJob((job) => isTransferring(job) && !areAllWaiting(job)),
  ),
  "transfer: after the record of the last file": after(takesJob(({ phase }) => phase === "storing")),

  "persist: before the copy": before(object("copy", "users/")),
  "persist: after the copy": after(object("copy", "users/")),
  "persist: before the output's record": before(writesItem("sort", "output#")),
  "persist: after the first of two records": after(writesItem("sort", "output#")),
  "persist: after the last of two records": after(writesItem("sort", "output#"), 2),
  "persist: before the completing write": before(ends("completed")),

  "ending: after the completing write": after(ends("completed")),
  "ending: after the capture": after(takesAccount(({ spent }) => spent > 0)),
  "ending: after it reads as completed": after(isSettledAs("completed")),
  "ending: after the failing write": after(ends("failed")),
  "ending: after the failed one's credits went back": after(takesAccount(hasRefund)),
  "ending: after it reads as failed": after(isSettledAs("failed")),

  "closing: after one of several deletes": after(object("delete", "temp/")),
  "closing: after the task's item is gone": after(deletesItem("partition", "task#")),
  "closing: before closed is written": before(takesJob(({ phase }) => phase === "closed")),
  "closing: before the outputs of an earlier attempt go": before(object("delete", "users/")),
  "closing: between the outputs and the records of an earlier attempt": before(deletesItem("sort", "output#")),
  "closing: after the records of an earlier attempt went": after(deletesItem("sort", "output#")),

  "webhook: before the delivery is put": before(takesDelivery(({ attempts }) => attempts === 0)),
  "webhook: after the delivery was put": after(takesDelivery(({ attempts }) => attempts === 0)),
  "webhook: after a try was written, before it is sent": after(takesDelivery(({ lease }) => lease !== null)),
  "webhook: after it was sent, before that is recorded": before(takesDelivery(({ status }) => status === "delivered")),
  "webhook: after it was recorded as sent": after(takesDelivery(({ status }) => status === "delivered")),
  "webhook: after the owner had it sent again": after(
    takesDelivery(({ status, lease, attempts }) => status === "pending" && lease === null && attempts === 1),
  ),

  "retry: after the next round was written": after(nextRound),
  "retry: after the next round's hold": after(takesAccount(({ holds }) => holds.some(({ round }) => round === 2))),
  "retry: after the next round's ticket": after((call) => /\/2-1$/.test(objectOf(call, "put") ?? "")),

  "cancel: after the ending write": after(ends("cancelled")),
  "cancel: after the release": after(takesAccount(hasRefund)),
  "cancel: after it reads as cancelled": after(isSettledAs("cancelled")),
  "cancel: before the provider hears of it": before(provider("cancel")),
  "cancel: after the provider has heard of it": after(provider("cancel")),

  "codes: after some of those that were asked for": after(
    takesCode(({ claimedBy }) => claimedBy === null),
    30,
  ),

  "redeem: after the claim": after(takesCode(({ claimedBy, isDone }) => claimedBy !== null && !isDone)),
  "redeem: after the grant": after(takesAccount(({ markers }) => markers.length > 0)),
  "redeem: after the code is done": after(takesCode(({ isDone }) => isDone)),
  "redeem: before the marker is removed": before(
    takesAccount((account) => hasRedeemed(account) && account.markers.length === 0),
  ),

  "ledger: after a batch of older lines": after(writesItem("sort", "ledger#")),
  "ledger: before the account lets go of them": before(takesAccount(({ nextSeq }) => nextSeq === 1)),
  "ledger: after the account let go of them": after(takesAccount(({ nextSeq }) => nextSeq === 1)),

  "upload: after its room was set aside": after(takesAccount(hasUploadRoom)),
  "upload: after the item": after(takesUpload(({ outcome }) => outcome === null)),
  "upload: before the file is looked at": before(object("get", "temp/uploads/")),
  "upload: before the copy": before(object("copy", "users/")),
  "upload: after the copy, before it is ready": after(object("copy", "users/")),
  "upload: after it is ready": after(takesUpload(({ outcome }) => outcome?.status === "ready")),
  "upload: after it is rejected": after(takesUpload(({ outcome }) => outcome?.status === "rejected")),
  "upload: before the temp object goes": before(object("delete", "temp/uploads/")),
  "upload: after the temp object went": after(object("delete", "temp/uploads/")),
  "upload: before it counts as used": before(takesAccount(hasUsed)),
  "upload: after it counts as used": after(takesAccount(hasUsed)),

  "purge: before the first delete": before(manyObjects),
  "purge: after some deletes": amid(3, manyObjects),

  "register: after the profile": after(writesItem("sort", "profile")),
  "register: after the account": after(writesItem("sort", "account")),
  "register: before the address": before(writesItem("partition", "email#")),
  "register: after the address": after(writesItem("partition", "email#")),

  "delete: after the account was closed": after(takesAccount(({ deletion }) => deletion !== undefined)),
  "delete: after the login is gone": after(deletesItem("partition", "email#")),
  "delete: after a job was cancelled": after(ends("cancelled")),
  "delete: before the provider hears of it": before(provider("cancel")),
  "delete: after an item went": after(deletesItem("sort", "upload#")),
  "delete: after a job lost its words": after(takesJob(({ request }) => request.prompt === "")),
  "delete: after an object went": after(object("delete", "users/")),
  "delete: after the sweep was written down": after(takesAccount(hasSwept)),
} satisfies Record<string, Gap>;

export type GapName = keyof typeof gaps;

/** The gaps of one step: a table of tests that has a row for each of them. */
export type GapOf<Step extends string> = Extract<GapName, `${Step}: ${string}`>;
