// Pictures on their way to the store: checked before anything is sent, several at once, each with its progress.
import { type Client, failureOf, type GenerateImageRequest, upload } from "dream-factory-client";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

export type Input = NonNullable<GenerateImageRequest["inputs"]>[number];

/** A picture that a request may name, and how it is shown. What is ready outlives a reload. */
export interface Attached {
  id: string;
  name: string;
  status: "sending" | "ready" | "failed";
  /** From 0 to 1. */
  progress: number;
  /** What shows it. */
  url: string | null;
  input: Input | null;
  /** In the server's words; null: it did not arrive. */
  reason: string | null;
}

/** One that is in the store already. */
export type StoredPicture = Pick<Attached, "name" | "url"> & { input: Input };

export interface UploadLimits {
  /** How many there may be; 0: none. */
  most: number;
  maxBytes?: number;
  types?: readonly string[];
}

/** Why a file was not taken, before anything of it was sent. */
export interface Refused {
  name: string;
  why: "wrong_type" | "too_large" | "empty" | "too_many";
}

export interface FileUploadState {
  files: readonly Attached[];
  refused: readonly Refused[];
  /** Of those that are ready, in their order. */
  inputs: readonly Input[];
  isSending: boolean;
  limits: Required<UploadLimits>;
  add(files: Iterable<File>): void;
  attach(picture: StoredPicture): void;
  /** These, in place of all that there are. */
  replace(pictures: readonly StoredPicture[]): void;
  again(id: string): void;
  remove(id: string): void;
  clear(): void;
}

const pictures = ["image/jpeg", "image/png", "image/webp"];
const TEN_MB = 10 * 1024 ** 2;

export function useFileUpload(client: Client, wanted: UploadLimits, first: readonly Attached[] = []): FileUploadState {
  const { most, maxBytes = TEN_MB, types = pictures } = wanted;
  const [files, setFiles] = useState<readonly Attached[]>(first);
  const [refused, setRefused] = useState<readonly Refused[]>([]);
  const sources = useRef(new Map<string, { file: File; leave: AbortController }>());
  const change = useCallback((id: string, part: Partial<Attached>) => {
    setFiles((before) => before.map((each) => (each.id === id ? { ...each, ...part } : each)));
  }, []);

  const send = useCallback(
    async (id: string, file: File) => {
      const leave = new AbortController();
      sources.current.set(id, { file, leave });
      change(id, { status: "sending", progress: 0, reason: null });
      try {
        const onProgress = (progress: number) => change(id, { progress });
        const { uploadId, url } = await upload(client, file, { signal: leave.signal, onProgress });
        // What the store has is shown from there after a reload; until then the file itself.
        change(id, { status: "ready", progress: 1, input: { uploadId }, ...(url && { url }) });
      } catch (error) {
        if (leave.signal.aborted) return;
        const isRefused = failureOf(error)?.type === "upload_rejected";
        change(id, { status: "failed", reason: isRefused && error instanceof Error ? error.message : null });
      }
    },
    [client, change],
  );

  const count = files.length;
  const add = useCallback(
    (given: Iterable<File>) => {
      const wrong: Refused[] = [];
      const taken: File[] = [];
      for (const file of given) {
        const why = whyNot(file, { types, maxBytes, isFull: count + taken.length >= most });
        if (why) wrong.push({ name: file.name, why });
        else taken.push(file);
      }
      setRefused(wrong);
      for (const file of taken) {
        const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
        const url = URL.createObjectURL(file);
        const begun = { id, name: file.name, status: "sending", progress: 0, url, input: null, reason: null } as const;
        setFiles((before) => [...before, begun]);
        void send(id, file);
      }
    },
    [count, most, maxBytes, types, send],
  );

  const attach = useCallback<FileUploadState["attach"]>(
    (picture) => {
      setRefused([]);
      setFiles((before) => [...before.slice(0, Math.max(0, Math.max(1, most) - 1)), ready(picture)]);
    },
    [most],
  );

  const remove = useCallback((id: string) => {
    sources.current.get(id)?.leave.abort();
    sources.current.delete(id);
    setRefused([]);
    setFiles((before) => {
      letGo(before.filter((each) => each.id === id));
      return before.filter((each) => each.id !== id);
    });
  }, []);

  const again = useCallback(
    (id: string) => {
      const source = sources.current.get(id);
      if (source) void send(id, source.file);
    },
    [send],
  );

  const clear = useCallback(() => {
    for (const { leave } of sources.current.values()) leave.abort();
    sources.current.clear();
    setFiles((before) => {
      letGo(before);
      return [];
    });
    setRefused([]);
  }, []);

  const replace = useCallback<FileUploadState["replace"]>(
    (given) => {
      clear();
      setFiles(given.map(ready));
    },
    [clear],
  );

  useEffect(() => {
    const begun = sources.current;
    return () => {
      for (const { leave } of begun.values()) leave.abort();
    };
  }, []);

  const inputs = useMemo(() => files.flatMap(({ input }) => input ?? []), [files]);
  const isSending = files.some(({ status }) => status === "sending");
  const limits = { most, maxBytes, types };
  return { files, refused, inputs, isSending, limits, add, attach, replace, again, remove, clear };
}

function ready(picture: StoredPicture): Attached {
  const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
  return { ...picture, id, status: "ready", progress: 1, reason: null };
}

/** The browser keeps a chosen file for as long as it has an address of it. */
function letGo(files: readonly Attached[]): void {
  for (const { url } of files) if (url?.startsWith("blob:")) URL.revokeObjectURL(url);
}

function whyNot(
  file: File,
  { types, maxBytes, isFull }: { types: readonly string[]; maxBytes: number; isFull: boolean },
): Refused["why"] | null {
  if (!types.includes(file.type)) return "wrong_type";
  if (file.size === 0) return "empty";
  if (file.size > maxBytes) return "too_large";
  return isFull ? "too_many" : null;
}
