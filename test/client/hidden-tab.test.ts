// Where streams do not come through, a tab that nobody looks at asks nothing, and all of it when somebody does.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Client, createClient, follow, followAll, followProduction, wait } from "../../clients/js/src/index.ts";
import { waitingProvider } from "../api/waiting-provider.ts";
import { eventually } from "../patience.ts";
import { type Ground, startGround } from "./ground.ts";

const slow = waitingProvider();
let ground: Ground;
let client: Client;
/** As a browser has it, as far as it is used. */
let page: EventTarget & { hidden: boolean };

beforeAll(async () => {
  ground = await startGround({ providers: [slow.provider], environment: { WELCOME_CREDITS: "9000" } });
});
afterAll(() => ground.close());
beforeEach(async () => {
  slow.resume();
  client = await ground.newClient();
  page = Object.assign(new EventTarget(), { hidden: false });
  vi.stubGlobal("document", page);
  ground.proxy.treat = (path) => (path.endsWith("/events") ? "refuse" : "pass");
});
afterEach(() => {
  ground.proxy.treat = () => "pass";
  vi.unstubAllGlobals();
});

function show(isSeen: boolean): void {
  page.hidden = !isSeen;
  page.dispatchEvent(new Event("visibilitychange"));
}

const film = { title: "Ferry", prompt: "a ferry", durationSec: 10, episodes: 1, scenesPerEpisode: 1, music: false };
const often = { pollMs: 20 };

/** Each begins something and says how it is followed, and how it is brought to its end. */
const kinds: [string, () => Promise<{ events: AsyncIterable<{ n: number } | { event: string }>; end(): unknown }>][] = [
  [
    "a job",
    async () => {
      const { id } = await client.generateImage({ prompt: "a lake" });
      return { events: follow(client, id, often), end: () => slow.finish() };
    },
  ],
  [
    "a production",
    async () => {
      const { id } = await client.generateDrama(film);
      return { events: followProduction(client, id, often), end: () => client.cancelProduction(id) };
    },
  ],
  [
    "everything",
    async () => {
      const { id } = await client.generateImage({ prompt: "a lake" });
      return { events: untilEnded(id), end: () => slow.finish() };
    },
  ],
];

async function* untilEnded(id: string) {
  for await (const event of followAll(client, often)) {
    yield event;
    if (event.event === "ended" && "jobId" in event.data && event.data.jobId === id) return;
  }
}

test.each(kinds)("%s", async (_, begin) => {
  const { events, end } = await begin();
  let [heard, isOver] = [0, false];
  const following = (async () => {
    for await (const _ of events) heard += 1;
    isOver = true;
  })();
  await eventually(() => expect(heard).toBeGreaterThan(0));
  show(false);
  // One look may be on its way.
  await elsewhere();
  const looks = () => ground.proxy.requests.filter(({ path }) => path.includes("/events?since=")).length;
  const before = looks();
  await end();
  await elsewhere();
  expect([looks(), isOver]).toEqual([before, false]);
  show(true);
  await following;
  expect(looks()).toBeGreaterThan(before);
});

/** Lets the time of many looks pass, in which the product does something else. */
async function elsewhere(): Promise<void> {
  const other = createClient({ baseUrl: ground.product.url, token: (await ground.newClient()).token });
  await wait(other, await other.generateSpeech({ prompt: "Good morning." }));
}
