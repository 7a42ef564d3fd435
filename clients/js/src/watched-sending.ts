// Sending with progress. Only XMLHttpRequest tells it over HTTP/1.1; fetch with a stream needs HTTP/2.

interface Watched {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: Blob | FormData;
  signal: AbortSignal | undefined;
  onProgress(part: number): void;
}

/** As much of the browser's as is used, so that Node's types will do. */
interface Sender {
  status: number;
  upload: { onprogress: ((event: { loaded: number; total: number; lengthComputable: boolean }) => void) | null };
  onloadend: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  send(body: Blob | FormData): void;
  abort(): void;
}

const browser = globalThis as { XMLHttpRequest?: new () => Sender };

export function canWatchSending(): boolean {
  return browser.XMLHttpRequest !== undefined;
}

/** The status; null when there was no answer, or the signal has aborted. */
export function sendWatched({ method, url, headers, body, signal, onProgress }: Watched): Promise<number | null> {
  const Sender = browser.XMLHttpRequest;
  if (!Sender) return Promise.resolve(null);
  return new Promise((resolve) => {
    const sender = new Sender();
    const stop = () => sender.abort();
    sender.upload.onprogress = ({ loaded, total, lengthComputable }) => {
      // The last part is told when the store has answered.
      if (lengthComputable && total > 0) onProgress(Math.min(loaded / total, 0.99));
    };
    sender.onloadend = () => {
      signal?.removeEventListener("abort", stop);
      resolve(sender.status === 0 ? null : sender.status);
    };
    sender.open(method, url);
    for (const [name, value] of Object.entries(headers)) sender.setRequestHeader(name, value);
    sender.send(body);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
