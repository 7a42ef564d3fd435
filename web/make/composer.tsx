// Where a wish is written: words, pictures, a model and its settings, and a button that says what it costs.
import { type KeyboardEvent, useEffect, useId, useRef } from "react";
import { useCredits } from "../api/reading.ts";
import { hrefOf } from "../api/route.ts";
import { Segments } from "../components/chip.tsx";
import { FileUpload, pasted, useDropped } from "../components/file-upload.tsx";
import { wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";
import { ChoiceChips } from "./choice-chips.tsx";
import { changeDraft, type Kind, kinds } from "./draft.ts";
import { FineSettings } from "./fine-settings.tsx";
import { type Composing, useComposer } from "./use-composer.ts";

export function Composer() {
  const t = useTexts();
  const composing = useComposer();
  const { draft, upload, lacks, isWaiting, isLoading, send } = composing;
  const { isOver, ...drop } = useDropped(upload.add);
  const canSend = lacks === null && !isWaiting && !upload.isSending;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && canSend) send();
  };
  return (
    <form
      className={isOver ? "card composer over" : "card composer"}
      aria-label={t.places.make}
      onSubmit={(event) => {
        event.preventDefault();
        if (canSend) send();
      }}
      onKeyDown={onKeyDown}
      {...drop}
    >
      <div className="composer-text">
        {upload.limits.most > 0 ? (
          <FileUpload upload={upload} />
        ) : (
          isLoading && takesPictures(draft.kind) && <span className="add-picture" />
        )}
        <Prompt composing={composing} />
      </div>
      <div className="composer-bar">
        <Segments
          label={t.make.kind}
          value={draft.kind}
          options={kinds}
          words={(kind) => t.make.kinds[kind]}
          onChoose={(kind) => changeDraft({ kind })}
        />
        {draft.kind !== "keep" && <ChoiceChips composing={composing} />}
        {draft.kind !== "keep" && <FineSettings composing={composing} />}
        <MakeButton composing={composing} canSend={canSend} />
      </div>
    </form>
  );
}

function takesPictures(kind: Kind): boolean {
  return kind === "image" || kind === "video";
}

function Prompt({ composing: { draft, upload, isLoading, offered } }: { composing: Composing }) {
  const t = useTexts();
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const value = draft.prompts[draft.kind] ?? "";
  // As high as what is in it.
  useEffect(() => {
    const element = area.current;
    if (!element || CSS.supports("field-sizing", "content")) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [value]);
  return (
    <div className="composer-prompt">
      <label htmlFor={id} className="unseen">
        {t.make.prompt[draft.kind]}
      </label>
      <textarea
        id={id}
        ref={area}
        rows={2}
        maxLength={4000}
        value={value}
        placeholder={t.make.prompt[draft.kind]}
        onInput={({ currentTarget }) =>
          changeDraft({ prompts: { ...draft.prompts, [draft.kind]: currentTarget.value } })
        }
        onPaste={(event) => upload.limits.most > 0 && upload.add(pasted(event))}
      />
      {!isLoading && offered.length === 0 && draft.kind !== "keep" && <p className="soft">{t.make.noModel}</p>}
    </div>
  );
}

function MakeButton({
  composing: { draft, price, lacks, isWaiting },
  canSend,
}: {
  composing: Composing;
  canSend: boolean;
}) {
  const t = useTexts();
  const { data: credits } = useCredits();
  const cost = price.data?.price;
  const left = cost === undefined || !credits ? null : credits.balance - cost;
  const hint = useId();
  const isPoor = left !== null && left < 0;
  const isWrong = price.error !== null && !price.isFetching;
  return (
    <div className="composer-end">
      <p id={hint} className="composer-hint small" role="status">
        {isWaiting ? (
          t.make.sending
        ) : lacks === "input" ? (
          t.make.needsInput
        ) : isWrong ? (
          <span className="wrong">{wordsOf(t, price.error)}</span>
        ) : isPoor ? (
          <>
            {t.make.lacking(-left)}. <a href={hrefOf("credits")}>{t.make.redeem}</a>
          </>
        ) : left !== null && cost !== 0 ? (
          <span className="soft">{t.make.left(left)}</span>
        ) : null}
      </p>
      <button type="submit" className="go" disabled={!canSend || isPoor} aria-describedby={hint}>
        {draft.kind === "keep" ? t.make.keepButton : t.make.button}
        <span className="price number">
          {cost === undefined ? "…" : cost === 0 ? t.make.free : cost}
          {cost !== undefined && cost > 0 && <span className="unseen"> {t.places.credits}</span>}
        </span>
      </button>
    </div>
  );
}
