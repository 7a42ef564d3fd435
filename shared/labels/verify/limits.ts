/** Of a file that is sent or named: what a function holds as a whole. */
export const MAX_VERIFIED_BYTES = 20 * 1024 * 1024;
