// The limit of creating: a bare server that writes the rows of a create, those of one turn of the event loop in one transaction, and then
// the ticket as an empty file. It checks nothing: no token, no field, no balance, no version.
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { v7 } from "uuid";
import { answering } from "../answering.ts";
import { portOf } from "../origins.ts";
import { createWriter, type Templates } from "./bare-rows.ts";
import { openBareTable } from "./bare-table.ts";

export interface BareCreates {
  /** Empty. */
  folder: string;
  templates: Templates;
  /** User ids by the value of Authorization. */
  users: Record<string, string>;
  /** What the product answered to a create. */
  answer: { headers: Record<string, string>; text: string };
}

interface Create {
  userId: string;
  jobId: string;
  outgoing: ServerResponse;
}

answering(async ({ folder, templates, users, answer }: BareCreates): Promise<{ port: number }> => {
  const db = openBareTable(`${folder}/table.sqlite`);
  const write = createWriter(db, templates, Object.values(users));
  const envelope = JSON.parse(answer.text);
  let waiting: Create[] = [];

  function commitAll(): void {
    const group = waiting;
    waiting = [];
    db.exec("BEGIN IMMEDIATE");
    for (const { userId, jobId } of group) write(userId, jobId);
    db.exec("COMMIT");
    for (const create of group) {
      writeTicket(folder, create);
      respond(create);
    }
  }

  function respond({ outgoing, jobId }: Create): void {
    const at = new Date().toISOString();
    const body = JSON.stringify({ ...envelope, data: { ...envelope.data, id: jobId, createdAt: at, updatedAt: at } });
    const length = { "content-length": Buffer.byteLength(body) };
    outgoing.writeHead(202, { ...answer.headers, location: `/api/v1/jobs/${jobId}`, ...length });
    outgoing.end(body);
  }

  const server = createServer(async (incoming, outgoing) => {
    JSON.parse(await textOf(incoming));
    const userId = users[incoming.headers.authorization ?? ""] ?? "";
    waiting.push({ userId, jobId: v7(), outgoing });
    if (waiting.length === 1) setImmediate(commitAll);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: portOf(server) };
});

function writeTicket(folder: string, { userId, jobId }: Create): void {
  const directory = `${folder}/tickets/${userId}/${jobId}`;
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${directory}/1-1`, "");
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8")) text += chunk;
  return text;
}
