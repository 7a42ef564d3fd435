// What every provider adapter must keep, whatever vendor stands behind it.
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import type {
  CallContext,
  InputAccess,
  MediaKind,
  Model,
  Provider,
  ProviderRequest,
  ProviderTask,
  Source,
  StartOutcome,
} from "../../shared/ports/provider.ts";
import { maxUrlLength } from "../../shared/ports/url.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { picture } from "../providers/picture.ts";

export interface ProviderSetup {
  /** Configured: its key is there. */
  provider: Provider;
  /** The least and the most that each model takes. */
  requests: { smallest: ProviderRequest; largest: ProviderRequest }[];
  /** Requests that are wrong in one place, and the path that must be named. What follows from the list of models is added here. */
  refused: { path: string; request: ProviderRequest }[];
  /** Generations that the vendor's side has begun; absent when nothing stands behind the adapter. */
  startedCount?(): number;
  /** An adapter like `provider` whose vendor cannot be reached; absent when nothing stands behind it. */
  goneVendor?(): Provider;
  /** What lies at the inputs that the requests name. Default: a pixel, for requests that are made here. */
  inputs?: InputAccess;
  /** The size of a picture that the vendor takes. Default: a pixel. */
  inputSize?: { width: number; height: number };
  /** Makes the vendor's side finish a task, so that the next `check` can say so. Needed by adapters that answer `started`. */
  finish?(task: ProviderTask): Promise<void>;
  close(): Promise<void>;
}

const MAX_RECORD_BYTES = 4096;

/** The names that users know: what `validate` may complain of. */
const requestPaths =
  /^(model|operation|prompt|n|negativePrompt|size|seed|style|enhancement|durationSec|ratio|resolution|quality|voice|imageUrl|videoUrl|inputs(\.\d+(\.\w+)?)?)$/;

export function providerContract(name: string, setUp: () => Promise<ProviderSetup>): void {
  describe(`provider contract: ${name}`, () => {
    let setup: ProviderSetup;
    let provider: Provider;
    beforeAll(async () => {
      setup = await setUp();
      provider = setup.provider;
    });
    afterAll(() => setup.close());

    const contextOf = (what: string) => ({ ...plainContext(what), ...(setup.inputs && { inputs: setup.inputs }) });
    const abandoned = (what: string): CallContext => ({ ...contextOf(what), signal: AbortSignal.abort() });
    const every = () => setup.requests.flatMap(({ smallest, largest }) => [smallest, largest].map(frozen));
    const first = () => {
      const [request] = every();
      if (!request) throw new Error("a setup needs requests");
      return request;
    };

    describe("what it states", () => {
      it("has an id that can stand in keys and settings, and is configured", () => {
        expect(provider.id).toMatch(/^[a-z][a-z0-9_-]{0,31}$/);
        expect(provider.isConfigured).toBe(true);
        expect(provider.typicalMs).toSatisfy(isCount);
      });

      it("lists each model once for each kind of media and of sound", () => {
        const names = provider.models.map(nameOf);
        expect(names.length).toBeGreaterThan(0);
        expect(new Set(names).size).toBe(names.length);
      });

      it("describes its models with whole prices, counts, sizes and durations", () => {
        for (const model of provider.models) expectWellFormed(model);
      });

      it("has a smallest and a largest request for every model", () => {
        const covered = setup.requests.map(({ smallest }) =>
          nameOf(provider.models.find((model) => isOf(model, smallest)) ?? { id: smallest.model, type: smallest.type }),
        );
        expect(covered.sort()).toEqual(provider.models.map(nameOf).sort());
      });
    });

    describe("validate", () => {
      it("accepts the smallest and the largest request of every model", () => {
        for (const request of every()) expect(provider.validate(request)).toEqual([]);
      });

      it("names what is wrong by the path that the user sent, and says something", () => {
        const wrong = [...setup.refused, ...provider.models.flatMap((model) => wrongFor(model, setup))];
        for (const { path, request } of wrong) {
          const details = provider.validate(frozen(request));
          expect(details.map((detail) => detail.path)).toContain(path);
          for (const detail of details) {
            expect(detail.path).toMatch(requestPaths);
            expect(detail.message.trim()).not.toBe("");
          }
        }
      });

      it("answers the same each time and changes nothing", () => {
        for (const request of [...every(), ...setup.refused.map((entry) => frozen(entry.request))]) {
          expect(provider.validate(request)).toEqual(provider.validate(request));
        }
      });
    });

    describe("health", () => {
      it("says that a vendor which answers is up, and starts nothing", async () => {
        const before = setup.startedCount?.();
        const found = await provider.health(new AbortController().signal);
        expectJson(found);
        expect(found.status).toBe("up");
        expect(found.message ?? "fine").not.toMatch(/^\s*$|https?:/);
        expect(setup.startedCount?.()).toBe(before);
      });

      it("throws when its caller has given up", async () => {
        await expect(provider.health(AbortSignal.abort())).rejects.toThrow();
      });

      it("says that a vendor which has gone is down, or throws", async ({ skip }) => {
        const { goneVendor } = setup;
        skip(goneVendor === undefined, "nothing stands behind this adapter");
        const answer = await goneVendor?.()
          .health(new AbortController().signal)
          .catch(() => null);
        expect(answer?.status ?? "down").toBe("down");
      });
    });

    describe("generating", () => {
      it("delivers as many sources as were asked for, small and as JSON", async () => {
        for (const [i, request] of every().entries()) {
          const sources = await generate(setup, request, contextOf(`count-${i}`));
          expect(sources).toHaveLength(request.n);
          for (const source of sources) expectSmallSource(source);
        }
      });

      it("delivers media of the kind that was asked for", async () => {
        for (const [i, request] of every().entries()) {
          const context = contextOf(`kind-${i}`);
          for (const source of await generate(setup, request, context)) {
            expect(kindOf(await readSource(provider, source, request, context))).toBe(request.type);
          }
        }
      });

      it("opens a stream again from its first byte", async () => {
        for (const [i, { smallest: request }] of setup.requests.entries()) {
          const context = contextOf(`again-${i}`);
          for (const source of await generate(setup, request, context)) {
            if (source.kind !== "stream") continue;
            const bytes = await readSource(provider, source, request, context);
            expect(bytes.equals(await readSource(provider, source, request, context))).toBe(true);
          }
        }
      });

      it("refuses to open what is no source of its own with an error that a job can have", async () => {
        const error = await thrownBy(provider.open({ kind: "stream", data: {} }, first(), contextOf("foreign")));
        expect(error).toBeInstanceOf(AppError);
        expect(["invalid_output", "fetch_failed", "fetch_refused"]).toContain((error as AppError).type);
      });
    });

    describe("a source that is made on opening", () => {
      it("says so the same way each time, and stops being made when nobody wants it any more", async ({ skip }) => {
        const made: [Source & { kind: "stream" }, ProviderRequest][] = [];
        for (const [i, request] of every().entries()) {
          const sources = await generate(setup, request, contextOf(`made-${i}`));
          expect(new Set(sources.map(isMade)).size).toBe(1);
          const [first] = sources;
          if (first?.kind === "stream" && isMade(first)) made.push([first, request]);
        }
        skip(made.length === 0, "nothing is made on opening here");
        for (const [source, request] of made) {
          const caller = new AbortController();
          const opening = provider.open(source, request, { ...contextOf("unwanted"), signal: caller.signal });
          caller.abort(new Error("no longer wanted"));
          await expect(opening).rejects.toThrow("no longer wanted");
        }
      });
    });

    describe("inputs", () => {
      it("are asked for by every model that takes some, and none is kept on a task or a source", async ({ skip }) => {
        // Who takes its requests' own files need not open any to write a text.
        const able = provider.models.filter(
          ({ maxInputs = 0, type }) => maxInputs > 0 && !(setup.inputs && type === "text"),
        );
        skip(able.length === 0, "no model takes pictures");
        for (const [i, model] of able.entries()) {
          const request = workingOn(model, setup);
          const { context, asked } = withInput(contextOf(`input-${i}`), setup.inputs);
          expect(provider.validate(request)).toEqual([]);
          const sources = await generate(setup, request, context);
          for (const source of sources) {
            expect(kindOf(await readSource(provider, source, request, context))).toBe(model.type);
            expect(JSON.stringify(source)).not.toContain(inputUrl);
          }
          expect(asked.length).toBeGreaterThan(0);
        }
      });
    });

    describe("a caller that gave up", () => {
      it("start throws and starts nothing", async () => {
        const before = setup.startedCount?.();
        for (const request of every()) await expect(provider.start(request, abandoned("given-up"))).rejects.toThrow();
        expect(setup.startedCount?.()).toBe(before);
      });

      it("check, cancel, lookUp and open throw", async () => {
        const task = { id: "given-up" };
        const source = { kind: "stream", data: {} } as const;
        await expect(provider.check(task, abandoned("given-up"))).rejects.toThrow();
        await expect(provider.cancel(task, abandoned("given-up"))).rejects.toThrow();
        await expect(provider.lookUp(abandoned("given-up"))).rejects.toThrow();
        await expect(provider.open(source, first(), abandoned("given-up"))).rejects.toThrow();
      });
    });

    describe("an answer that was lost", () => {
      it("a second start with the same reference is what lostSubmit says", async ({ skip }) => {
        const { lostSubmit } = provider;
        skip(lostSubmit === "never" || lostSubmit === "lookUp", "nothing is promised about a second start");
        const context = {
          ...contextOf("lost"),
          keep: async (_: number, bytes: AsyncIterable<Uint8Array>) => void (await buffer(bytes)),
        };
        const before = setup.startedCount?.() ?? 0;
        const outcomes = [await provider.start(first(), context), await provider.start(first(), context)];
        expect(outcomes.map((outcome) => outcome.state)).not.toContain("failed");
        expect(outcomes[0]?.state).toBe(outcomes[1]?.state);
        if (lostSubmit === "restart") return;
        expect(outcomes.map(taskIdOf)[0]).toBe(outcomes.map(taskIdOf)[1]);
        expect((setup.startedCount?.() ?? 0) - before).toBe(1);
      });

      it("lookUp finds a task by our reference, or throws when it cannot", async () => {
        if (provider.lostSubmit !== "lookUp") {
          await expect(provider.lookUp(contextOf("unasked"))).rejects.toThrow();
          return;
        }
        const started = await provider.start(first(), contextOf("looked-up"));
        const found = await provider.lookUp(contextOf("looked-up"));
        expect(found?.id).toEqual(expect.any(String));
        expect(found?.id).toBe(taskIdOf(started));
        expect(await provider.lookUp(contextOf("never-started"))).toBeNull();
      });
    });

    describe("cancel", () => {
      it("says `unknown` when it cannot, and otherwise what came of it", async () => {
        if (!provider.canCancel) {
          expect(await provider.cancel({ id: "any" }, contextOf("cancelled"))).toBe("unknown");
          return;
        }
        const outcome = await provider.start(first(), contextOf("cancelled"));
        if (outcome.state !== "started") throw new Error("who can cancel has tasks");
        expect(await provider.cancel(outcome.task, contextOf("cancelled"))).toMatch(/^(done|too_late)$/);
      });
    });
  });
}

/** Starts, lets the vendor finish, and checks until there are sources. Every answer on the way must be small JSON. */
async function generate(setup: ProviderSetup, request: ProviderRequest, given: CallContext): Promise<Source[]> {
  const { provider } = setup;
  const context = request.inputs?.length && !given.inputs ? withInput(given).context : given;
  const kept = new Map<number, Buffer>();
  const keep = async (index: number, bytes: AsyncIterable<Uint8Array>) => {
    kept.set(index, await buffer(bytes));
  };
  const begun = await provider.start(request, { ...context, keep });
  expectJson(begun);
  if (begun.state === "succeeded") return withKept(begun.sources, kept);
  if (begun.state === "failed") throw new Error(`start failed: ${begun.failure.message}`);
  expectSmallJson(begun.task);
  expect(begun.checkAfterMs).toSatisfy(isCount);
  await setup.finish?.(begun.task);
  for (let looks = 0; looks < 20; looks++) {
    const outcome = await provider.check(begun.task, context);
    expectJson(outcome);
    if (outcome.state === "succeeded") return outcome.sources;
    if (outcome.state === "failed") throw new Error(`check failed: ${outcome.failure.message}`);
    expect(outcome.checkAfterMs).toSatisfy(isCount);
    expect(outcome.progress ?? 0).toSatisfy((progress: number) => progress >= 0 && progress <= 100);
  }
  throw new Error("still running after 20 looks");
}

/** What was kept of an answer, by the source that it became. */
const keptOf = new WeakMap<Source, Buffer>();

function withKept(sources: Source[], kept: ReadonlyMap<number, Buffer>): Source[] {
  for (const [index, source] of sources.entries()) {
    const bytes = kept.get(index);
    expect(source.kind === "kept").toBe(bytes !== undefined);
    if (bytes) keptOf.set(source, bytes);
  }
  return sources;
}

async function readSource(
  provider: Provider,
  source: Source,
  request: ProviderRequest,
  context: CallContext,
): Promise<Buffer> {
  if (source.kind === "kept") return keptOf.get(source) ?? Buffer.alloc(0);
  if (source.kind === "stream") return await buffer(await provider.open(source, request, context));
  const answer = await fetch(source.url, { headers: source.headers ?? {} });
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

function isMade(source: Source): boolean {
  return source.kind === "stream" && source.isMadeOnOpening === true;
}

/** By the first bytes alone: JPEG, PNG, GIF, WebP; ISO media (MP4, MOV), Matroska (WebM). */
function kindOf(bytes: Buffer): MediaKind | "neither" {
  const head = bytes.toString("hex", 0, 12);
  if (/^(\{|WEBVTT|1\n\d\d:)/.test(bytes.toString("latin1", 0, 12))) return "text";
  if (/^(494433|fff[abe23]|52494646.{8}57415645)/.test(head)) return "audio";
  if (/^(ffd8ff|89504e470d0a1a0a|47494638|52494646.{8}57454250)/.test(head)) return "image";
  return /^(.{8}66747970|1a45dfa3)/.test(head) ? "video" : "neither";
}

const inputUrl = "https://files.example.com/input-0.png?signature=secret";

/** The least that the model takes, with one picture and the last of its operations. */
function workingOn(model: Model, { requests, inputSize, inputs: own }: ProviderSetup): ProviderRequest {
  const good = requests.find(({ smallest }) => smallest.model === model.id && smallest.type === model.type)?.smallest;
  if (!good) throw new Error(`a setup needs requests for ${model.id}`);
  if (own) return frozen(good);
  const input = {
    ...picture,
    key: "users/x/jobs/y/input-0.png",
    size: tinyPng.length,
    contentType: "image/png",
    ...(inputSize ?? { width: 1, height: 1 }),
  };
  const inputs = Array.from({ length: model.minInputs ?? 1 }, () => input);
  return frozen({ ...good, operation: model.operations.at(-1) ?? "generate", inputs });
}

function withInput(context: CallContext, given?: InputAccess): { context: CallContext; asked: string[] } {
  const asked: string[] = [];
  const open = async (index: number) => {
    asked.push(`open ${index}`);
    return given ? given.open(index) : Readable.from([tinyPng]);
  };
  const url = async (index: number) => {
    asked.push(`url ${index}`);
    return inputUrl;
  };
  return { context: { ...context, inputs: { open, url } }, asked };
}

/** What no model may take, derived from what it states. */
function wrongFor(model: Model, { requests }: ProviderSetup): { path: string; request: ProviderRequest }[] {
  const good = requests.find(({ smallest }) => smallest.model === model.id && smallest.type === model.type)?.smallest;
  if (!good) return [];
  const missing = (["edit", "style_transfer", "background_removal", "color_enhancement"] as const).filter(
    (operation) => !model.operations.includes(operation),
  );
  return [
    { path: "model", request: { ...good, model: "no-such-model" } },
    { path: "n", request: { ...good, n: 0 } },
    { path: "n", request: { ...good, n: 1.5 } },
    { path: "n", request: { ...good, n: model.maxOutputs + 1 } },
    ...missing.map((operation) => ({ path: "operation", request: { ...good, operation } })),
    ...(model.sizes ? [{ path: "size", request: { ...good, size: "1x1" } }] : []),
    ...(model.durations ? [{ path: "durationSec", request: { ...good, durationSec: 100_000 } }] : []),
  ];
}

function expectWellFormed(model: Model): void {
  expect(model.id).toMatch(/^[\x21-\x7e]{1,128}$/);
  expect(["image", "video", "text", "audio"]).toContain(model.type);
  expect(model.operations.length).toBeGreaterThan(0);
  expect(new Set(model.operations).size).toBe(model.operations.length);
  const { price } = model;
  if (typeof price === "number") expect(price).toSatisfy(isCount);
  else
    for (const amount of [price.amount, ...Object.values(price.tiers?.amounts ?? {})])
      expect(amount).toBeGreaterThanOrEqual(0);
  expect(model.maxOutputs).toSatisfy((most: number) => isCount(most) && most >= 1 && most <= 4);
  for (const size of model.sizes ?? []) expect(size).toMatch(/^[1-9]\d*x[1-9]\d*$/);
  for (const seconds of model.durations ?? [])
    expect(seconds).toSatisfy((value: number) => isCount(value) && value > 0);
  expect(model.maxInputs ?? 0).toSatisfy((most: number) => isCount(most) && most <= (model.isForProductions ? 48 : 5));
  if (model.operations.some((operation) => operation !== "generate")) expect(model.maxInputs ?? 0).toBeGreaterThan(0);
  if (model.endOfLife) expect(new Date(model.endOfLife).toISOString()).toContain(model.endOfLife);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** It is stored with the job: what comes back must be what went in. */
function expectJson(value: unknown): void {
  expect(JSON.parse(JSON.stringify(value))).toStrictEqual(value);
}

function expectSmallJson(value: unknown): void {
  expectJson(value);
  expect(Buffer.byteLength(JSON.stringify(value))).toBeLessThanOrEqual(MAX_RECORD_BYTES);
}

/** A URL has a limit of its own. */
function expectSmallSource(source: Source): void {
  if (source.kind === "url") expect(source.url.length).toBeLessThanOrEqual(maxUrlLength);
  expectSmallJson({ ...source, ...(source.kind === "url" && { url: "" }) });
}

function nameOf({ id, type, sounds }: Pick<Model, "id" | "type" | "sounds">): string {
  return [id, "for", type, ...(sounds ?? [])].join(" ");
}

function isOf({ id, type, sounds }: Model, request: ProviderRequest): boolean {
  const { sound } = request;
  return id === request.model && type === request.type && (!sound || sounds?.includes(sound.kind) === true);
}

function taskIdOf(outcome: StartOutcome): string | undefined {
  return outcome.state === "started" ? outcome.task.id : undefined;
}

/** A copy that throws when anything writes to it. */
function frozen(request: ProviderRequest): ProviderRequest {
  const copy = structuredClone(request);
  if (copy.source) Object.freeze(copy.source);
  return Object.freeze(copy);
}

function plainContext(what: string): CallContext {
  return { reference: `01900000-0000-7000-8000-000000000000-${what}`, signal: new AbortController().signal };
}

async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
