// The limit of creating: a bare server that verifies the token and its version, looks under the request's key, reads the account, checks its balance,
// and writes job, account, ledger line and key, those of one turn of the event loop in one transaction. It checks no field and runs no job.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { v7 } from "uuid";
import { answering } from "../answering.ts";
import { portOf } from "../origins.ts";
import { type BareCreate, createBareTable, type Templates } from "./bare-rows.ts";
import { openBareTable } from "./bare-table.ts";
import { createTokenCheck } from "./bare-tokens.ts";

export interface BareCreates {
  /** Empty. */
  folder: string;
  templates: Templates;
  /** What the product's tokens are signed with. */
  secret: string;
  userIds: string[];
  /** What the product answered to a create. */
  answer: { headers: Record<string, string>; text: string };
}

interface Create extends BareCreate {
  outgoing: ServerResponse;
}

answering(async ({ folder, templates, secret, userIds, answer }: BareCreates): Promise<{ port: number }> => {
  const db = openBareTable(`${folder}/table.sqlite`);
  const table = createBareTable(db, templates, userIds);
  const userOf = createTokenCheck(secret);
  const envelope = JSON.parse(answer.text);
  let waiting: Create[] = [];

  function commitAll(): void {
    const group = waiting;
    waiting = [];
    db.exec("BEGIN IMMEDIATE");
    const paid = group.map((create) => table.write(create));
    db.exec("COMMIT");
    for (const [i, create] of group.entries()) {
      if (paid[i]) respond(create);
      else create.outgoing.writeHead(402).end();
    }
  }

  function respond({ outgoing, jobId }: Pick<Create, "outgoing" | "jobId">): void {
    const at = new Date().toISOString();
    const body = JSON.stringify({ ...envelope, data: { ...envelope.data, id: jobId, createdAt: at, updatedAt: at } });
    const length = { "content-length": Buffer.byteLength(body) };
    outgoing.writeHead(202, { ...answer.headers, location: `/api/v1/jobs/${jobId}`, ...length });
    outgoing.end(body);
  }

  const server = createServer(async (incoming, outgoing) => {
    JSON.parse(await textOf(incoming));
    const userId = userOf(incoming.headers.authorization);
    if (userId === null || !table.isKnown(userId)) return void outgoing.writeHead(401).end();
    const key = String(incoming.headers["idempotency-key"]);
    const known = table.jobUnder(userId, key);
    if (known !== null) return respond({ outgoing, jobId: known });
    waiting.push({ userId, jobId: v7(), key, outgoing });
    if (waiting.length === 1) setImmediate(commitAll);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: portOf(server) };
});

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8")) text += chunk;
  return text;
}
