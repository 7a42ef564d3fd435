// What a hostile body of 1 MB costs beside one with a string of 1 MB: processor time of the server, from the first byte to the answer.
import { mkdtemp } from "node:fs/promises";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type HostileBody, hostileBodies, plainBody } from "../../test/http/hostile-bodies.ts";
import type { Bench } from "../bench.ts";
import { median } from "../numbers.ts";
import { startProgram } from "../processes.ts";
import type { Bodies, Served } from "../programs/bodies.ts";
import type { Result } from "../results.ts";

/** In each round every body is sent so often in a row, and beside it the plain one of its route. */
const AT_ONCE = 3;
const ROUNDS = 5;
const AIM = 5;

export async function measureBodies(bench: Bench): Promise<Result[]> {
  await using program = startProgram<Bodies, Served>("bodies");
  const folder = await mkdtemp(join(bench.folder, "bodies-"));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const costOf = async (body: HostileBody): Promise<Cost> => {
    const before = await program.ask({ folder });
    let status = 0;
    for (let n = 0; n < AT_ONCE; n++) status = await send(agent, before, body);
    const { cpuMicroseconds } = await program.ask({ folder });
    return { ms: (cpuMicroseconds - before.cpuMicroseconds) / 1000 / AT_ONCE, status };
  };
  const rows: Result[] = [];
  for (const body of hostileBodies) rows.push(await compare(costOf, body));
  agent.destroy();
  return rows.toSorted((a, b) => (b.ratio ?? 0) - (a.ratio ?? 0));
}

interface Cost {
  ms: number;
  status: number;
}

async function compare(costOf: (body: HostileBody) => Promise<Cost>, body: HostileBody): Promise<Result> {
  const plain = plainBody(body);
  const rounds: { ours: Cost; limit: Cost }[] = [];
  // The first ones warm up.
  for (let round = 0; round <= ROUNDS; round++) rounds.push({ ours: await costOf(body), limit: await costOf(plain) });
  const measured = rounds.slice(1);
  const ours = median(measured.map((round) => round.ours.ms));
  const limit = median(measured.map((round) => round.limit.ms));
  const ratio = ours / limit;
  return {
    measure: `body, ${body.name}, ${body.path}`,
    ours: `${ours.toFixed(1)} ms`,
    limit: `${limit.toFixed(1)} ms`,
    ratio,
    aim: `at most ${AIM}`,
    isMet: ratio <= AIM,
    details: `answered ${measured[0]?.ours.status}; ${measured.map((round) => round.ours.ms.toFixed(1)).join(" ")} ms`,
  };
}

function send(agent: Agent, { port, token }: Served, body: HostileBody): Promise<number> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body.text);
    const outgoing = request({
      ...{ agent, port, host: "127.0.0.1", method: body.method ?? "POST", path: `/api/v1${body.path}` },
      headers: {
        "content-type": "application/json",
        "content-length": bytes.byteLength,
        authorization: `Bearer ${token}`,
      },
    });
    outgoing.once("error", reject).once("response", async (answer) => {
      await text(answer);
      resolve(answer.statusCode ?? 0);
    });
    outgoing.end(bytes);
  });
}
