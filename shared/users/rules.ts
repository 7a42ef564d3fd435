// What may be an e-mail address, and what a username.

/** RFC 5321, 4.5.3.1.3, as errata 1690 has it. */
export const MAX_EMAIL = 254;

/** As it is stored and looked up. Only ASCII letters are lowered: others may fold into them (the Kelvin sign into k). What is too long to be one stays. */
export function normalizeEmail(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length > MAX_EMAIL) return trimmed;
  return trimmed.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Of a normalized address: RFC 5321's sizes, a dot-atom before the @, a domain of at least two labels behind it. ASCII; other domains as xn--. */
export function isEmail(email: string): boolean {
  const at = email.lastIndexOf("@");
  const [local, domain] = [email.slice(0, at), email.slice(at + 1)];
  if (at < 1 || email.length > MAX_EMAIL || local.length > 64) return false;
  const labels = domain.split(".");
  return local.split(".").every(isAtom) && labels.length > 1 && labels.every(isLabel);
}

/** Of a trimmed name: no control characters and no line breaks. Its length is checked apart. */
export function isUsername(name: string): boolean {
  return !/[\p{Cc}\u2028\u2029]/u.test(name);
}

function isAtom(text: string): boolean {
  return /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+$/.test(text);
}

function isLabel(text: string): boolean {
  return /^[a-z0-9-]{1,63}$/.test(text) && !text.startsWith("-") && !text.endsWith("-");
}
