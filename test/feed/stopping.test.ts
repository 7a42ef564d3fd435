// Streams and processes: a stream is followed on another process than the one that runs the job, and a SIGTERM ends it well.
import { expect, test } from "vitest";
import { stallAtFirst, startGallery } from "../api/gallery.ts";
import { create } from "../api/user.ts";
import { processes } from "../process/running.ts";
import { type ReadEvent, readEvents } from "./event-source.ts";

test("two processes on one folder tell the same feed, whichever made the job; what one began, the other goes on with", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const [first, second] = await Promise.all([start(dataDir), start(dataDir)]);
  const user = await first.register();
  const { id } = await create(user, { prompt: "a lake", size: "64x64" });
  const read = (url: string, lastEventId?: string) =>
    readEvents(`${url}/api/v1/jobs/${id}/events`, { token: user.token, ...(lastEventId ? { lastEventId } : {}) });
  const [here, there] = await Promise.all([read(first.url), read(second.url)]);
  const [events, others] = await Promise.all([here.end(), there.end()]);
  // Each of them says where it serves the files itself.
  const told = (all: ReadEvent[]) => all.map(({ id, event, data: { job: _, ...data } }) => ({ id, event, data }));
  expect(told(others)).toEqual(told(events));
  expect(events.at(-1)).toMatchObject({ event: "end", data: { status: "completed" } });
  const rest = await (await read(second.url, events[1]?.id)).end();
  expect(told(rest)).toEqual(told(events.slice(2)));
});

test("SIGTERM ends 20 streams with when to come back, and the process within its ten seconds", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const gallery = await startGallery({ "/slow.png": stallAtFirst });
  onTestFinished(() => gallery.close());
  const environment = { TRUSTED_HOSTS: `127.0.0.1:${gallery.port}` };
  const first = await start(dataDir, { environment });
  const user = await first.register();
  const { id } = await create(user, { imageUrl: `${gallery.url}/slow.png` });
  const read = (url: string) => readEvents(`${url}/api/v1/jobs/${id}/events`, { token: user.token });
  const open = await Promise.all(Array.from({ length: 20 }, () => read(first.url)));
  for (const reader of open) await reader.next();
  expect(await first.stop("SIGTERM")).toEqual({ code: 0, signal: null });
  for (const reader of open) {
    await reader.end();
    expect([reader.response.complete, reader.retryMs() !== null]).toEqual([true, true]);
  }
  const second = await start(dataDir, { environment });
  const last = (await (await read(second.url)).end()).at(-1);
  expect(last).toMatchObject({ event: "end", data: { status: "completed" } });
});
