// Random ids, drawn from a pool: a call to the system for each costs more than all else of an id.
import { randomFillSync } from "node:crypto";
import { v7 } from "uuid";

const POOL_BYTES = 4096;
const ID_BYTES = 16;

const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/** 22 characters of base64url. */
export function randomToken(): string {
  return draw().toString("base64url");
}

const last = { msecs: 0, seq: 0 };

/**
 * RFC 9562, 6.2, method 1: within a millisecond, or while the clock stands behind the latest id, a counter of 32 bits goes on from a random
 * number of 31, and time goes on when it is full; so later ids sort behind earlier ones.
 */
export function randomUuid(): string {
  const random = draw();
  const now = Date.now();
  if (now > last.msecs) {
    last.msecs = now;
    last.seq = random.readUInt32BE(6) & 0x7fffffff;
  } else {
    last.seq = (last.seq + 1) >>> 0;
    if (last.seq === 0) last.msecs++;
  }
  return v7({ random, ...last });
}

/** No byte is given out twice, and none stays in the pool. The answer is the caller's until the next draw. */
function draw(): Buffer {
  if (used === POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  pool.copy(drawn, 0, used, used + ID_BYTES);
  pool.fill(0, used, used + ID_BYTES);
  used += ID_BYTES;
  return drawn;
}

const drawn = Buffer.alloc(ID_BYTES);
