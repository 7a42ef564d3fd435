// How the providers are: asked together, each within its time, and not again for a while.
import { describe, expect, it } from "vitest";
import { checkProviders } from "../../shared/jobs/reading/provider-health.ts";
import type { Log } from "../../shared/ports/log.ts";
import type { Provider, ProviderHealth } from "../../shared/ports/provider.ts";
import { HandClock } from "./hand-clock.ts";
import { scriptedProvider } from "./scripted-provider.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

function world(answers: Record<string, (signal: AbortSignal) => Promise<ProviderHealth>>) {
  const clock = new HandClock();
  const asked: string[] = [];
  const providers = new Map(
    Object.entries(answers).map(([id, answer]): [string, Provider] => {
      const health = (signal: AbortSignal) => {
        asked.push(id);
        return answer(signal);
      };
      return [id, { ...scriptedProvider(), id, isConfigured: id !== "keyless", health }];
    }),
  );
  return { clock, asked, providers, check: () => checkProviders({ clock, log: silent, providers }) };
}

const up = async (): Promise<ProviderHealth> => ({ status: "up" });

describe("The providers' health", () => {
  it("tells those that are up, down, out of reach, and without a key, which nobody asks", async () => {
    const w = world({
      fine: up,
      busy: async () => ({ status: "down", message: "Overloaded." }),
      gone: () => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.7:443")),
      keyless: up,
    });
    expect(await w.check()).toEqual([
      { provider: "fine", status: "up", latencyMs: 0 },
      { provider: "busy", status: "down", latencyMs: 0, message: "Overloaded." },
      { provider: "gone", status: "down", message: "It cannot be reached." },
      { provider: "keyless", status: "unconfigured", message: expect.any(String) },
    ]);
    expect(w.asked).toEqual(["fine", "busy", "gone"]);
  });

  it("waits 5 s for one that is silent, and lets go of it then", async () => {
    let signal: AbortSignal | undefined;
    const w = world({
      silent: (given) => {
        signal = given;
        return new Promise(() => {});
      },
      fine: up,
    });
    const checking = w.check();
    w.clock.moveTo(w.clock.now() + 5000);
    expect((await checking).map(({ status, message }) => message ?? status)).toEqual(["No answer within 5 s.", "up"]);
    expect(signal?.aborted).toBe(true);
  });

  it("is not asked for again for 15 s, however many want to know, also while it is being found out", async () => {
    const w = world({ fine: up, gone: () => Promise.reject(new Error("no")) });
    const [one, other] = await Promise.all([w.check(), w.check()]);
    w.clock.moveTo(w.clock.now() + 14_999);
    expect([other, await w.check()]).toEqual([one, one]);
    expect(w.asked).toEqual(["fine", "gone"]);
    w.clock.moveTo(w.clock.now() + 1);
    await w.check();
    expect(w.asked).toEqual(["fine", "gone", "fine", "gone"]);
  });
});
