// Pictures to work on: chosen, dropped or pasted; each goes straight to the store, with its progress.
import { type ClipboardEvent, type DragEvent, useId, useRef, useState } from "react";
import { bytes } from "../texts/format.ts";
import { reasonWords } from "../texts/reasons.ts";
import { type Texts, useLocale, useTexts } from "../texts/texts.ts";
import { Icon } from "./icon.tsx";
import type { Attached, FileUploadState, Refused } from "./use-file-upload.ts";

export interface FileUploadProps {
  /** What `useFileUpload` gives. */
  upload: FileUploadState;
}

export function FileUpload({ upload }: FileUploadProps) {
  const [t, locale] = [useTexts(), useLocale()];
  const { files, refused, limits } = upload;
  const input = useRef<HTMLInputElement>(null);
  const { isOver, ...drop } = useDropped(upload.add);
  const hint = useId();
  const isOpen = files.length < limits.most;
  return (
    <div className={isOver ? "uploads over" : "uploads"} {...drop}>
      {files.length > 0 && (
        <ul className="attached">
          {files.map((file) => (
            <Picture key={file.id} file={file} upload={upload} />
          ))}
        </ul>
      )}
      {isOpen && (
        <>
          <button
            type="button"
            className="add-picture"
            aria-label={t.upload.add}
            aria-describedby={hint}
            onClick={() => input.current?.click()}
          >
            <Icon name="add" />
            <span>{isOver ? t.upload.drop : t.upload.short}</span>
          </button>
          <span id={hint} className="unseen">
            {t.upload.hint}
          </span>
          <input
            ref={input}
            className="unseen"
            type="file"
            tabIndex={-1}
            aria-hidden="true"
            accept={limits.types.join(",")}
            multiple={limits.most > 1}
            onChange={({ currentTarget }) => {
              upload.add(Array.from(currentTarget.files ?? []));
              // The same file may be chosen once more.
              currentTarget.value = "";
            }}
          />
        </>
      )}
      <ul className="refused" role="alert">
        {refused.map(({ name, why }) => (
          <li key={name}>{refusal(t, { name, why }, limits, locale)}</li>
        ))}
      </ul>
    </div>
  );
}

function Picture({ file, upload }: { file: Attached; upload: FileUploadState }) {
  const t = useTexts();
  const percent = Math.round(file.progress * 100);
  const said = file.reason === null ? t.upload.failed(file.name) : reasonWords(t, file.reason);
  return (
    <li className={`picture ${file.status}`} title={file.name}>
      {file.url && <img src={file.url} alt={file.name} width={72} height={72} />}
      {!file.url && file.status === "ready" && <span className="state named">{file.name}</span>}
      {file.status === "sending" && (
        <>
          <span className="state number">{percent < 99 ? t.upload.sending(percent) : t.upload.looking}</span>
          <progress max={100} value={percent} aria-label={file.name} />
        </>
      )}
      {file.status === "failed" && (
        <button
          type="button"
          className="state"
          aria-label={t.upload.again(file.name)}
          title={said}
          onClick={() => upload.again(file.id)}
        >
          <Icon name="again" />
        </button>
      )}
      <button
        type="button"
        className="take-away"
        aria-label={t.upload.remove(file.name)}
        onClick={() => upload.remove(file.id)}
      >
        <Icon name="close" />
      </button>
      {file.status === "failed" && (
        <span className="unseen" role="alert">
          {said}
        </span>
      )}
    </li>
  );
}

function refusal(t: Texts, { name, why }: Refused, limits: FileUploadState["limits"], locale: string): string {
  switch (why) {
    case "wrong_type":
      return t.upload.wrongType(name);
    case "too_large":
      return t.upload.tooLarge(name, bytes(limits.maxBytes, locale));
    case "empty":
      return t.upload.empty(name);
    case "too_many":
      return limits.most === 0 ? t.upload.none : t.upload.tooMany(limits.most);
  }
}

/** For whatever takes files that are dropped on it. Text that is dragged along is left alone. */
export function useDropped(take: (files: File[]) => void) {
  const [depth, setDepth] = useState(0);
  const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer.types.includes("Files");
  return {
    isOver: depth > 0,
    onDragEnter: (event: DragEvent) => hasFiles(event) && setDepth((before) => before + 1),
    onDragLeave: (event: DragEvent) => hasFiles(event) && setDepth((before) => Math.max(0, before - 1)),
    onDragOver: (event: DragEvent) => hasFiles(event) && event.preventDefault(),
    onDrop(event: DragEvent) {
      if (!hasFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      setDepth(0);
      take(Array.from(event.dataTransfer.files));
    },
  };
}

/** Files of the clipboard; text is pasted as ever. */
export function pasted(event: ClipboardEvent): File[] {
  const files = Array.from(event.clipboardData.files);
  if (files.length > 0) event.preventDefault();
  return files;
}
