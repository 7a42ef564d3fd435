// Receivers that are slow, dead or hostile: they harm nobody but themselves.
import { expect, it } from "vitest";
import { redeliver } from "../../shared/webhooks/read.ts";
import { until } from "../api/user.ts";
import { userId } from "../jobs/request.ts";
import { serveNames } from "../servers/fetching.ts";
import { createInternet } from "../servers/internet.ts";
import { failing, first, type Receiver, redirecting, taken, tarPit } from "../servers/receiver.ts";
import { type Outgoing, webhookWorlds } from "./fixture.ts";

const open = webhookWorlds();
const MINUTE = 60_000;

/** A receiver that answers nobody until it is told to. */
async function holding(w: Outgoing): Promise<{ receiver: Receiver; letGo(): void }> {
  const held: (() => void)[] = [];
  const receiver = await w.receiver({
    reply: (response, request, count) => {
      held.push(() => taken(response, request, count));
    },
  });
  const letGo = () => {
    receiver.reply = taken;
    for (const answer of held.splice(0)) answer();
  };
  return { receiver, letGo };
}

async function endedJobs(w: Outgoing, url: string, count: number) {
  const jobs = [];
  for (let i = 0; i < count; i++) jobs.push(await w.ended(url));
  return jobs;
}

async function statuses(w: Outgoing, jobs: Awaited<ReturnType<typeof endedJobs>>) {
  return Promise.all(jobs.map(async (job) => (await w.delivery(job)).status));
}

it("tar pits keep no other host's messages waiting: all of those arrive while the pits are still silent", async () => {
  const w = await open({ credits: 1000 });
  const pits = await Promise.all([w.receiver({ reply: tarPit }), w.receiver({ reply: tarPit })]);
  const good = await w.receiver();
  for (const pit of pits) await endedJobs(w, pit.url, 5);
  const jobs = await endedJobs(w, good.url, 5);
  const sending = w.send();
  await until(
    () => statuses(w, jobs),
    (all) => all.every((status) => status === "delivered"),
  );
  for (const pit of pits) await pit.got(2);
  expect(good.messages.length).toBe(5);
  expect(pits.map((pit) => pit.requests.length)).toEqual([2, 2]);
  await w.sender.lanes.close();
  await sending;
});

it("a tar pit costs a try its time and no more, and counts as a failure", async () => {
  const w = await open();
  const pit = await w.receiver({ reply: tarPit });
  const job = await w.ended(pit.url);
  await w.send(w.senderOf({ limits: { totalMs: 200 } }));
  expect(await w.delivery(job)).toMatchObject({ status: "pending", lastStatus: null, lease: null });
  expect((await w.delivery(job)).lastError).toContain("too long");
});

it("two processes together have no more than two tries under way to one host", async () => {
  const w = await open({ credits: 1000 });
  const { receiver, letGo } = await holding(w);
  const jobs = await endedJobs(w, receiver.url, 6);
  // Whoever finds the host full comes back after a pause.
  const waiting = w.clock.nextSleep((ms) => ms >= 1000);
  const sending = [w.send(), w.send(w.senderOf())];
  await receiver.got(2);
  await waiting;
  expect(receiver.messages.length).toBe(2);
  letGo();
  await Promise.all(sending);
  expect([receiver.messages.length, await statuses(w, jobs)]).toEqual([6, Array(6).fill("delivered")]);
});

it("a host that fails again and again is paused, tried by one message alone, and gets everything when it is back", async () => {
  const w = await open({ credits: 1000 });
  const receiver = await w.receiver({ reply: failing(502) });
  const jobs = await endedJobs(w, receiver.url, 20);
  await w.send();
  const before = receiver.messages.length;
  expect(before).toBeGreaterThanOrEqual(5);
  // The one that was under way beside the fifth.
  expect(before).toBeLessThanOrEqual(6);
  const late = await w.ended(receiver.url);
  await w.send();
  expect(receiver.messages.length).toBe(before);
  expect(await w.delivery(late)).toMatchObject({ status: "pending", attempts: 0 });
  await w.sendFor(10 * MINUTE);
  expect(receiver.messages.length).toBeLessThan(before + 20);
  receiver.reply = taken;
  await w.sendFor(60 * MINUTE);
  expect(await statuses(w, [...jobs, late])).toEqual(Array(21).fill("delivered"));
  expect(await w.table.get({ partition: `webhook-host#127.0.0.1:${receiver.port}`, sort: "host" })).toBeNull();
});

it("a message for a host that never comes back is dead after a day, also when only its pauses were seen", async () => {
  const w = await open({ credits: 1000 });
  const receiver = await w.receiver({ reply: failing(500) });
  const jobs = await endedJobs(w, receiver.url, 12);
  await w.sendFor(25 * 60 * MINUTE);
  expect(await statuses(w, jobs)).toEqual(Array(12).fill("dead"));
  expect(await w.dueDeliveries()).toEqual([]);
});

it.each([301, 302, 307, 308])("a redirect (%i) is a failure, and where it leads is never contacted", async (status) => {
  const w = await open();
  const inside = await w.receiver();
  const receiver = await w.receiver({ reply: redirecting(`${inside.url}/latest/meta-data`, status) });
  const job = await w.ended(receiver.url);
  await w.sendFor(MINUTE);
  expect(await w.delivery(job)).toMatchObject({ status: "pending", lastStatus: status });
  expect((await w.delivery(job)).attempts).toBeGreaterThan(1);
  expect(inside.connections()).toBe(0);
});

it("a name that leads inside is never contacted, and the message is dead at once; it can be sent again", async () => {
  const w = await open();
  const addresses = ["10.0.0.7"];
  const dns = await serveNames(({ type }) => (type === "A" ? addresses : []));
  const inside = await w.receiver();
  const internet = createInternet({ "10.0.0.7:80": inside, "93.184.216.34:80": inside });
  const sender = w.senderOf({ nameServers: [dns.address], dial: internet.dial });
  const job = await w.ended("http://hooks.example.com/inside");
  await w.send(sender);
  expect([await w.delivery(job), internet.dialled]).toMatchObject([
    { status: "dead", lastStatus: null, attempts: 1 },
    [],
  ]);
  addresses[0] = "93.184.216.34";
  await redeliver(w.sender, userId, `${job.id}-1`);
  await w.send(sender);
  expect((await w.delivery(job)).status).toBe("delivered");
  expect(internet.dialled).toEqual(["93.184.216.34:80"]);
});

it("nobody who answers gets a second message meanwhile: what waits behind a slow one is not sent twice by the next tick", async () => {
  const w = await open({ credits: 1000 });
  const { receiver, letGo } = await holding(w);
  const jobs = await endedJobs(w, receiver.url, 4);
  const sending = [w.send(), w.send(), w.send()];
  await receiver.got(2);
  letGo();
  await Promise.all(sending);
  expect([receiver.messages.length, await statuses(w, jobs)]).toEqual([4, Array(4).fill("delivered")]);
});

it("a receiver that fails first is not held against it for good", async () => {
  const w = await open({ credits: 1000 });
  const receiver = await w.receiver({ reply: first(4, failing(500)) });
  const jobs = await endedJobs(w, receiver.url, 6);
  await w.sendFor(10 * MINUTE);
  expect(await statuses(w, jobs)).toEqual(Array(6).fill("delivered"));
});
