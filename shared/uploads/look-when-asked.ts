// Looking at an upload because somebody asks for it: on one machine nobody tells what was sent to a bucket. A caller makes no flood of it:
// looks at one upload follow each other with a pause, all who ask meanwhile share the next one, and only so many are under way at all.

import { tempUploadKey } from "../media/keys.ts";
import type { Clock } from "../ports/clock.ts";
import { checkUpload } from "./check-upload.ts";
import { MAX_LOOKS } from "./look-at-upload.ts";
import { readStored, type UploadDeps, type UploadRef, writeUpload } from "./upload.ts";

/** Resolves when there is no use in waiting on: what is known then is what there is to say. Never throws. */
export type LookForUpload = (ref: UploadRef) => Promise<void>;

const PAUSE_MS = 1000;

/** Each holds some hundred kilobytes of a file. Who comes beyond is told what is known, and may ask again. */
const MAX_AT_ONCE = 16;

/** An answer waits no longer; the look goes on. */
const PATIENCE_MS = 5000;

export function createUploadLooks(deps: UploadDeps): LookForUpload {
  const looks = new Map<string, Look>();
  let running = 0;

  function begin(ref: UploadRef): Promise<boolean> {
    const isFinal = running < MAX_AT_ONCE ? lookNow(ref) : Promise.resolve(false);
    const paused = isFinal.then(() => deps.clock.sleep(PAUSE_MS));
    const look: Look = { isFinal, paused, next: null };
    looks.set(ref.uploadId, look);
    void paused.then(() => {
      if (look.next === null) looks.delete(ref.uploadId);
    });
    return isFinal;
  }

  async function lookNow(ref: UploadRef): Promise<boolean> {
    running += 1;
    try {
      return await checkIfSent(deps, ref);
    } catch (error) {
      deps.log.warn({ error, uploadId: ref.uploadId }, "an upload that was asked for could not be looked at");
      return false;
    } finally {
      running -= 1;
    }
  }

  /** A look that was under way may have begun before the file came: who was not told by it waits for the next one. */
  async function lookOrJoin(ref: UploadRef): Promise<void> {
    const look = looks.get(ref.uploadId);
    if ((await (look?.isFinal ?? begin(ref))) || !look) return;
    look.next ??= look.paused.then(() => begin(ref));
    await look.next;
  }

  return (ref) => soonEnough(deps.clock, lookOrJoin(ref));
}

interface Look {
  /** Whether there is nothing more to wait for. */
  isFinal: Promise<boolean>;
  /** Resolves when the next one may begin. */
  paused: Promise<void>;
  next: Promise<boolean> | null;
}

/** Counted as the timer's looks are: a file that kills whoever looks at it is not looked at without end. */
async function checkIfSent(deps: UploadDeps, ref: UploadRef): Promise<boolean> {
  const stored = await readStored(deps.table, ref);
  if (!stored || stored.upload.outcome) return true;
  const isSent = (await deps.store.head(tempUploadKey(ref.userId, ref.uploadId))) !== null;
  if (!isSent || stored.upload.looks >= MAX_LOOKS) return false;
  const counted = { ...stored.upload, looks: stored.upload.looks + 1 };
  if ((await writeUpload(deps.table, counted, { version: stored.version })) === null) return false;
  return (await checkUpload(deps, ref)) !== "waiting";
}

async function soonEnough(clock: Clock, look: Promise<void>): Promise<void> {
  const over = new AbortController();
  await Promise.race([look, clock.sleep(PATIENCE_MS, over.signal)]);
  over.abort();
}
