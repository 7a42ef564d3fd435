// A vendor of nobody's, as small as one can be that does everything: tasks whose pictures are had by URL, or a picture in the answer itself.
import { randomUUID } from "node:crypto";
import { tinyPng } from "../../jobs/tiny-png.ts";
import { type Reply, startVendorServer, type VendorRequestSeen, type VendorServer } from "../vendor/vendor-server.ts";

export interface PlainServer extends VendorServer {
  key: string;
}

export const plainError = (code: string): unknown => ({ error: { code, message: `It is ${code}.` } });

/**
 * `POST /tasks`, `GET /tasks/{id}`, `DELETE /tasks/{id}`; a task is done at its second check. `POST /pictures` answers
 * `{"pictures":["<base64>"]}`. Errors are `{"error":{"code":…}}`.
 */
export async function startPlainServer(): Promise<PlainServer> {
  const key = randomUUID();
  const checks = new Map<string, number>();
  const server = await startVendorServer({
    kindOf(method, path) {
      if (method === "POST" && /^\/(tasks|pictures)$/.test(path)) return "start";
      if (!/^\/tasks\/[\w-]+$/.test(path)) return null;
      return method === "DELETE" ? "cancel" : "check";
    },
    answer(request) {
      if (request.headers.authorization !== `Bearer ${key}`) return { status: 401, body: plainError("unauthorized") };
      if (request.kind === "start") return started(request);
      const id = request.path.slice("/tasks/".length);
      const seen = checks.get(id);
      if (seen === undefined) return { status: 404, body: plainError("unknown") };
      if (request.kind === "cancel") return { status: 204 };
      checks.set(id, seen + 1);
      return { status: 200, body: seen === 0 ? { id, state: "running" } : { id, state: "done", urls: [urlOf(id)] } };
    },
  });

  function started({ path, body }: VendorRequestSeen): Reply {
    const { prompt, ...more }: Record<string, unknown> = JSON.parse(String(body));
    if (typeof prompt !== "string" || Object.keys(more).length > 0) return { status: 400, body: plainError("wrong") };
    if (path === "/pictures") return { status: 200, body: { pictures: [Buffer.from(tinyPng).toString("base64")] } };
    const id = randomUUID();
    checks.set(id, 0);
    return { status: 200, body: { id, state: "queued" } };
  }

  const urlOf = (id: string) => server.addFile(`${id}.png`, { bytes: tinyPng, contentType: "image/png" });
  return { ...server, key };
}
