// For indexes that follow their tables: a check that is repeated until it passes.
const MAX_LOOKS = 300;

/** Each look lets the servers of these tests catch up a little; no time has to go by. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  for (let look = 1; look < MAX_LOOKS; look++) {
    try {
      return await check();
    } catch {
      // Once more; the last look says what is wrong.
    }
  }
  await check();
}
