// What each kind of function asks of table, store and queue, read off what its functions call. Roles on both clouds are held to this.
import type { Kind } from "./declared.ts";

export interface Rights {
  /** Of the table. Everybody also asks the due index, when the table is opened. */
  items: readonly ("read" | "query" | "write" | "delete")[];
  /** Of the store, below these prefixes; `parts`: of what is written, also to break off an upload in parts. */
  objects: readonly { below: string; read?: true; write?: true; parts?: true; delete?: true }[];
  /** Below this prefix; "" for the whole bucket, which is also what tells an object that is not there from one that must not be read. */
  list: string | null;
  /** Whether it says something to connections of the WebSocket API, on AWS. */
  connections: boolean;
  /** Whether it is called by events, whose failures are kept. */
  keepsFailures: boolean;
}

const allItems = ["read", "query", "write", "delete"] as const;
const allObjects = [
  { below: "temp/", read: true, write: true, parts: true, delete: true },
  { below: "users/", read: true, write: true, parts: true, delete: true },
  // Music of the operator's own (shared/providers/library).
  { below: "library/", read: true },
] as const;

export const rights: Readonly<Record<Kind, Rights>> = {
  // shared/ports/object-store.ts, RequestStore: put, get, delete, url, signUpload, probe, prove.
  http: {
    items: allItems,
    objects: [
      // A ticket is written, and taken back when its job was closed meanwhile (shared/jobs/moving/tickets.ts).
      { below: "temp/tickets/", write: true, delete: true },
      { below: "temp/assemblies/", write: true, delete: true },
      // `data:` URLs (shared/jobs/asking/create.ts).
      { below: "temp/inputs/", write: true },
      // It signs for whoever sends the file (shared/uploads/create-upload.ts).
      { below: "temp/uploads/", write: true },
      // A copy of a picture that a user puts into a project (shared/uploads/project-picture.ts).
      { below: "users/*/projects/", write: true },
      // What a production is made from, as it was then (shared/productions/plans.ts).
      { below: "users/*/plans/", write: true },
      // GET /health, and the proof of the store before the first job is taken.
      { below: "temp/probe/", read: true, write: true, delete: true },
      // It signs the URLs of what is shown.
      { below: "users/", read: true },
    ],
    list: null,
    // project-socket-gateway (shared/sockets/gateway/events.ts).
    connections: true,
    keepsFailures: false,
  },
  // advance(job) and advance(production), which tells who follows it; persisting, checking uploads, and the cleaning that goes with a job's end.
  storage: { items: allItems, objects: allObjects, list: "", connections: true, keepsFailures: true },
  // The same steps where nobody took them; and what a deleted user had.
  timers: { items: allItems, objects: allObjects, list: "", connections: true, keepsFailures: true },
  // The job is read and shown with its URLs; a delivery is claimed and written (shared/webhooks/deliver.ts).
  "deliver-webhooks": {
    items: allItems,
    objects: [{ below: "users/", read: true }],
    list: null,
    connections: false,
    keepsFailures: true,
  },
  // shared/jobs/timers/purge.ts reads jobs and uploads, and writes nothing.
  "purge-temp": {
    items: ["read"],
    objects: [{ below: "temp/", delete: true }],
    list: "temp/",
    connections: false,
    keepsFailures: true,
  },
};
