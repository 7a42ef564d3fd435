// The API as a user's program sees it: HTTP, JSON and a token. What does not look as the contract says is an error.
import * as z from "zod/mini";
import { describe } from "../../shared/http/issues.ts";

const output = z.object({
  url: z.url(),
  key: z.string(),
  size: z.number(),
  contentType: z.string(),
  sha256: z.string(),
  width: z.nullable(z.number()),
  height: z.nullable(z.number()),
  durationMs: z.nullable(z.number()),
});
const job = z.object({
  id: z.string(),
  status: z.enum(["pending", "processing", "completed", "failed", "cancelled"]),
  stage: z.enum(["queued", "submitted", "generating", "transferring", "storing", "done"]),
  progress: z.number(),
  cost: z.number(),
  outputs: z.array(output),
  error: z.nullable(z.object({ type: z.string(), message: z.string() })),
});
const credits = z.object({
  balance: z.number(),
  held: z.number(),
  totalEarned: z.number(),
  totalSpent: z.number(),
});
const ledger = z.object({ items: z.array(z.object({ amount: z.number() })), total: z.number() });
const details = z.array(z.object({ path: z.string(), message: z.string() }));
const answer = z.object({
  code: z.number(),
  message: z.string(),
  data: z.unknown(),
  error: z.optional(z.object({ details: z.optional(details) })),
});

const production = z.object({
  ...{ id: z.string(), projectId: z.string(), title: z.string(), status: z.string(), stage: z.string() },
  ...{ made: z.number(), nodes: z.number(), percent: z.number(), spent: z.number(), cost: z.number() },
  ...{ budget: z.number(), reason: z.nullable(z.string()) },
});
const node = z.object({ id: z.string(), kind: z.string(), state: z.string(), output: z.nullable(output) });

const nodes = z.object({ items: z.array(node), nextCursor: z.nullable(z.string()) });

export type Production = z.output<typeof production>;
export type Node = z.output<typeof node>;

export type Job = z.output<typeof job>;
export type Output = Job["outputs"][number];
export type Credits = z.output<typeof credits>;

export interface DramaRequest {
  title: string;
  prompt: string;
  durationSec: number;
  scenesPerEpisode: number;
}

export interface Api {
  /** Registers a user; every later call is made as this user. */
  register(user: { username: string; email: string; password: string }): Promise<void>;
  generateImage(request: { prompt: string; provider: string; size?: string } | { imageUrl: string }): Promise<Job>;
  generateVideo(request: { prompt: string; provider: string; durationSec: number; resolution: string }): Promise<Job>;
  /** The jobs with these ids, in this order. They must be the user's newest. */
  jobs(ids: readonly string[]): Promise<Job[]>;
  /** Of a project that is made with it. */
  generateDrama(request: DramaRequest): Promise<Production>;
  production(id: string): Promise<Production>;
  /** All of its parts, in the order of its plan. */
  nodes(productionId: string): Promise<Node[]>;
  credits(): Promise<Credits>;
  /** The amounts of the newest hundred ledger lines, oldest first. */
  ledger(): Promise<number[]>;
}

/** An answer with another status than the one that was expected. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  /** What is wrong with the single parts of the request. */
  readonly problems: readonly string[];

  constructor(message: string, status: number, problems: readonly string[]) {
    super(message);
    this.status = status;
    this.problems = problems;
  }
}

/** `url`: without a path. Every call throws what is wrong, for people to read; also when the signal aborts. */
export function createApi(url: string, signal: AbortSignal): Api {
  let token = "";

  async function call<T>(
    method: string,
    path: string,
    expected: [number, z.ZodMiniType<T>],
    body?: object,
  ): Promise<T> {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal,
    });
    const { message, data, error } = held(answer, await response.json());
    const [status, schema] = expected;
    if (response.status !== status) {
      const problems = error?.details?.map((detail) => detail.message) ?? [];
      throw new Refusal(`${method} ${path} answered ${response.status}: ${message}`, response.status, problems);
    }
    return held(schema, data);

    function held<Shape>(schema: z.ZodMiniType<Shape>, value: unknown): Shape {
      const parsed = schema.safeParse(value, { error: describe });
      if (parsed.success) return parsed.data;
      throw new Error(`${method} ${path} breaks its contract. ${z.prettifyError(parsed.error)}`);
    }
  }

  return {
    async register(user) {
      ({ token } = await call("POST", "/auth/register", [201, z.object({ token: z.string() })], user));
    },
    generateImage: (request) => call("POST", "/ai/generate-image", [202, job], request),
    generateVideo: (request) => call("POST", "/ai/generate-video", [202, job], request),
    async jobs(ids) {
      const { items } = await call("GET", `/jobs?limit=${ids.length}`, [200, z.object({ items: z.array(job) })]);
      return ids.map((id) => required(items, id));
    },
    generateDrama: (request) => call("POST", "/projects/generate-drama", [202, production], request),
    production: (id) => call("GET", `/productions/${id}`, [200, production]),
    async nodes(id) {
      const found: Node[] = [];
      for (let cursor = ""; ; ) {
        const page = await call("GET", `/productions/${id}/nodes?limit=100${cursor}`, [200, nodes]);
        found.push(...page.items);
        if (page.nextCursor === null) return found;
        cursor = `&cursor=${page.nextCursor}`;
      }
    },
    credits: () => call("GET", "/credits", [200, credits]),
    async ledger() {
      const { items } = await call("GET", "/credits/transactions?limit=100", [200, ledger]);
      return items.map(({ amount }) => amount).reverse();
    },
  };
}

function required(items: Job[], id: string): Job {
  const found = items.find((item) => item.id === id);
  if (!found) throw new Error(`GET /jobs does not show the job ${id}.`);
  return found;
}
