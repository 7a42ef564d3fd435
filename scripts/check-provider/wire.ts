// Shows what goes over the wire while an adapter works: addresses and bodies, without headers, keys, and what signs an address.

const MAX_SHOWN = 4096;
const MAX_TEXT = 160;

/** From now on; answers how to stop it. */
export function showWire(secrets: readonly string[], show: (line: string) => void): () => void {
  const original = globalThis.fetch;
  const plain = (text: string) => withoutSecrets(text, secrets);
  globalThis.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    show(plain(`→ ${init?.method ?? "GET"} ${url}${bodyOf(init?.body)}`));
    const answer = await original(input, init);
    show(plain(`← ${answer.status} ${await headOf(answer)}`.trimEnd()));
    return answer;
  };
  return () => {
    globalThis.fetch = original;
  };
}

export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .reduce((left, secret) => left.replaceAll(secret, "…"), text)
    .replace(/(https?:\/\/[^\s"'?]+)\?[^\s"']+/g, "$1?…")
    .replace(new RegExp(`"([^"\\\\]{${MAX_TEXT}})[^"\\\\]*"`, "g"), '"$1…"');
}

function bodyOf(body: unknown): string {
  if (typeof body === "string") return ` ${body}`;
  if (body instanceof FormData) return ` form: ${[...body.keys()].join(", ")}`;
  return body ? " (bytes)" : "";
}

/** Of text; what is longer than is shown is left to whoever reads the answer itself. */
async function headOf(answer: Response): Promise<string> {
  const type = answer.headers.get("content-type") ?? "no content type";
  if (!/json|text/.test(type)) return `(${type})`;
  let text = "";
  const decoder = new TextDecoder();
  const reader = answer.clone().body?.getReader();
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    text += decoder.decode(next.value, { stream: true });
    if (text.length <= MAX_SHOWN) continue;
    // Not waited for: half of a body that was cloned is given up when the other half is as well.
    void reader?.cancel();
    return `${text.slice(0, MAX_SHOWN)}…`;
  }
  return text;
}
