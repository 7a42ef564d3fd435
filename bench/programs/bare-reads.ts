// The limit of reading: a bare server that checks a token, reads its user's row, finds rows by their primary key and sends what stands in them.
import { once } from "node:events";
import { createServer } from "node:http";
import { answering } from "../answering.ts";
import { portOf } from "../origins.ts";
import { openBareTable } from "./bare-table.ts";
import { createTokenCheck } from "./bare-tokens.ts";

export interface BareReads {
  /** Empty. */
  folder: string;
  /** What the product's tokens are signed with. */
  secret: string;
  /** The product's answers; `path` is what is asked for. A list holds its items as rows, between the texts before and behind them. */
  answers: { path: string; userId: string; rows: string[]; before: string; behind: string }[];
  headers: Record<string, string>;
}

answering(async ({ folder, secret, answers, headers }: BareReads): Promise<{ port: number }> => {
  const db = openBareTable(`${folder}/table.sqlite`);
  const insert = db.prepare("INSERT OR IGNORE INTO items (partition, sort, version, data) VALUES (?, ?, 1, ?)");
  const frames = new Map(answers.map(({ userId, path, before, behind }) => [`${userId} ${path}`, { before, behind }]));
  db.exec("BEGIN");
  for (const { path, userId, rows } of answers) {
    insert.run(`user#${userId}`, "profile", JSON.stringify({ id: userId, tokenVersion: 1 }));
    for (const [i, row] of rows.entries()) insert.run(`user#${userId}`, `${path}#${String(i).padStart(4, "0")}`, row);
  }
  db.exec("COMMIT");
  const profile = db.prepare("SELECT data FROM items WHERE partition = ? AND sort = 'profile'");
  const select = db.prepare(
    "SELECT data FROM items WHERE partition = ? AND sort > ? AND sort < ? ORDER BY sort LIMIT 21",
  );
  const tokenOf = createTokenCheck(secret);

  /** Null unless it is signed and its user's row is there. */
  function userOf(authorization: string | undefined): string | null {
    const userId = tokenOf(authorization);
    const row = userId === null ? undefined : profile.get(`user#${userId}`);
    return row ? JSON.parse(String(row.data)).id : null;
  }

  const server = createServer((incoming, outgoing) => {
    const userId = userOf(incoming.headers.authorization);
    const frame = frames.get(`${userId} ${incoming.url}`);
    if (!userId || !frame) return void outgoing.writeHead(404).end();
    const rows = select.all(`user#${userId}`, `${incoming.url}#`, `${incoming.url}$`);
    const text = frame.before + rows.map(({ data }) => String(data)).join(",") + frame.behind;
    outgoing.writeHead(200, { ...headers, "content-length": Buffer.byteLength(text) });
    outgoing.end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: portOf(server) };
});
