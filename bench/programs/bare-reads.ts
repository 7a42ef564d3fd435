// The limit of reading: a bare server that finds a row by its primary key and sends what stands in it.
import { once } from "node:events";
import { createServer } from "node:http";
import { answering } from "../answering.ts";
import { portOf } from "../origins.ts";
import { openBareTable } from "./bare-table.ts";

export interface BareReads {
  /** Empty. */
  folder: string;
  /** User ids by the value of Authorization. */
  users: Record<string, string>;
  /** The product's answers; `path` is what is asked for. */
  answers: { path: string; userId: string; text: string }[];
  headers: Record<string, string>;
}

answering(async ({ folder, users, answers, headers }: BareReads): Promise<{ port: number }> => {
  const db = openBareTable(`${folder}/table.sqlite`);
  const insert = db.prepare("INSERT INTO items (partition, sort, version, data) VALUES (?, ?, 1, ?)");
  for (const { path, userId, text } of answers) insert.run(`user#${userId}`, `job#${path}`, text);
  const select = db.prepare("SELECT data FROM items WHERE partition = ? AND sort = ?");
  const server = createServer((incoming, outgoing) => {
    const userId = users[incoming.headers.authorization ?? ""] ?? "";
    const data = String(select.get(`user#${userId}`, `job#${incoming.url}`)?.data);
    outgoing.writeHead(200, { ...headers, "content-length": Buffer.byteLength(data) });
    outgoing.end(data);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: portOf(server) };
});
