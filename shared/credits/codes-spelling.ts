// How a code is written: DF-XXXXX-XXXXX-XXXXX-XXXXX. Eighteen random symbols (90 bits), then two that tell a typing error from a code that
// does not exist. The alphabet is Crockford's base 32: no I, L, O and U, and whoever types them or small letters is understood.
import { createHash } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PREFIX = "DF";
const RANDOM_SYMBOLS = 18;
const SYMBOLS = RANDOM_SYMBOLS + 2;
/** The largest prime that two symbols can say: any one wrong symbol, and any two that changed places, change the remainder. */
const MODULUS = 1021;

/** What the code is kept under; only whoever has the code can say it. */
export interface SpelledCode {
  /** As it is shown. */
  text: string;
  /** SHA-256, in hex. */
  id: string;
}

/** `seed`: unguessable. The same one gives the same code. */
export function codeFrom(seed: string): SpelledCode {
  const bytes = createHash("sha256").update(seed).digest();
  const random = Array.from(bytes.subarray(0, RANDOM_SYMBOLS), (byte) => byte % ALPHABET.length);
  return spelled([...random, ...checkSymbols(random)]);
}

/** Null for what cannot be a code: there is a typing error. Spaces, dashes and the prefix may be left out; full-width characters are taken. */
export function readSpelling(typed: string): SpelledCode | null {
  const bare = typed
    .normalize("NFKC")
    .toUpperCase()
    .replaceAll(/[\s\p{Dash}_.]/gu, "");
  const isPrefixed = bare.length === PREFIX.length + SYMBOLS && bare.startsWith(PREFIX);
  const text = (isPrefixed ? bare.slice(PREFIX.length) : bare).replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  const symbols = Array.from(text, (symbol) => ALPHABET.indexOf(symbol));
  if (symbols.length !== SYMBOLS || symbols.includes(-1)) return null;
  const check = checkSymbols(symbols.slice(0, RANDOM_SYMBOLS));
  return check.every((symbol, i) => symbol === symbols[RANDOM_SYMBOLS + i]) ? spelled(symbols) : null;
}

function checkSymbols(random: readonly number[]): [number, number] {
  const sum = random.reduce((total, symbol, i) => total + symbol * (i + 1), 0) % MODULUS;
  return [Math.floor(sum / ALPHABET.length), sum % ALPHABET.length];
}

function spelled(symbols: readonly number[]): SpelledCode {
  const letters = symbols.map((symbol) => ALPHABET[symbol]).join("");
  const id = createHash("sha256").update(letters).digest("hex");
  return { text: [PREFIX, ...(letters.match(/.{5}/g) ?? [])].join("-"), id };
}
