// What a plain Express service with a table does for the same reads: finds the row, parses it, builds the public object, and leaves JSON,
// ETag and headers to Express as it is by default. It checks no token and reads no user: whose list is meant is looked up in memory.
import { once } from "node:events";
import { createServer } from "node:http";
import express from "express";
import type { Job } from "../../shared/jobs/job.ts";
import { shownOutputs, withUrls } from "../../shared/jobs/reading/public-job.ts";
import { answering } from "../answering.ts";
import { portOf } from "../origins.ts";
import { openBareTable } from "./bare-table.ts";

export interface ExpressReads {
  /** Empty. */
  folder: string;
  /** The product's rows of jobs, as they are stored. */
  jobs: { id: string; userId: string; data: string }[];
  /** User ids by the value of Authorization. */
  users: Record<string, string>;
  /** What stands before an object's key in its URL. */
  mediaUrl: string;
}

answering(async ({ folder, jobs, users, mediaUrl }: ExpressReads): Promise<{ port: number }> => {
  const db = openBareTable(`${folder}/table.sqlite`);
  const insert = db.prepare("INSERT INTO items (partition, sort, version, data) VALUES (?, ?, 1, ?)");
  db.exec("BEGIN");
  for (const { id, userId, data } of jobs) insert.run(`user#${userId}`, `job#${id}`, data);
  db.exec("COMMIT");
  const one = db.prepare("SELECT data FROM items WHERE partition = ? AND sort = ?");
  const page = db.prepare(
    "SELECT data FROM items WHERE partition = ? AND sort > 'job#' AND sort < 'job$' ORDER BY sort DESC LIMIT ?",
  );
  const count = db.prepare(
    "SELECT count(*) AS total FROM items WHERE partition = ? AND sort > 'job#' AND sort < 'job$'",
  );

  function shown(row: Record<string, unknown>) {
    const job = JSON.parse(String(row.data)) as Job;
    return withUrls(
      job,
      shownOutputs(job).map(({ key }) => mediaUrl + key),
    );
  }

  const app = express();
  app.use(express.json());
  const api = express.Router();
  api.get("/jobs", (req, res) => {
    const partition = `user#${users[req.headers.authorization ?? ""]}`;
    const limit = Math.min(100, Number(req.query.limit ?? 20));
    const rows = page.all(partition, limit + 1);
    const items = rows.slice(0, limit).map(shown);
    const nextCursor = rows.length > limit ? (items.at(-1)?.id ?? null) : null;
    const total = count.get(partition)?.total;
    const data = { items, total, nextCursor, hasMore: nextCursor !== null };
    res.json({ code: 0, message: "success", data });
  });
  api.get("/jobs/:id", (req, res) => {
    const row = one.get(`user#${users[req.headers.authorization ?? ""]}`, `job#${req.params.id}`);
    if (row) res.json({ code: 0, message: "success", data: shown(row) });
    else res.status(404).json({ code: 404, message: "not found", data: null });
  });
  app.use("/api/v1", api);

  const server = createServer(app);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: portOf(server) };
});
