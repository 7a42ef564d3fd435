// Where a wish is written: words, pictures, a model and its settings, and a button that says what it costs.
import { failureOf } from "dream-factory-client";
import { type KeyboardEvent, useEffect, useId } from "react";
import { hrefOf } from "../api/route.ts";
import { Segments } from "../components/chip.tsx";
import { FileUpload, pasted, useDropped } from "../components/file-upload.tsx";
import { wordsOf } from "../texts/failures.ts";
import { useTexts } from "../texts/texts.ts";
import { ChoiceChips } from "./choice-chips.tsx";
import { bringBack, changeDraft, type Kind, kinds } from "./draft.ts";
import { FineSettings } from "./fine-settings.tsx";
import { type Composing, useComposer } from "./use-composer.ts";

export function Composer() {
  const t = useTexts();
  const composing = useComposer();
  const { draft, upload, isLoading, send } = composing;
  const { isOver, ...drop } = useDropped(upload.add);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
  };
  return (
    <form
      className={isOver ? "card composer over" : "card composer"}
      aria-label={t.places.make}
      onSubmit={(event) => {
        event.preventDefault();
        send();
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
        <MakeButton composing={composing} />
      </div>
    </form>
  );
}

function takesPictures(kind: Kind): boolean {
  return kind === "image" || kind === "video";
}

function Prompt({ composing: { draft, upload, isLoading, offered, prompt } }: { composing: Composing }) {
  const t = useTexts();
  const id = useId();
  const value = draft.prompts[draft.kind] ?? "";
  // As high as what is in it.
  useEffect(() => {
    const element = prompt.current;
    if (!element || CSS.supports("field-sizing", "content")) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [value, prompt]);
  return (
    <div className="composer-prompt">
      <label htmlFor={id} className="unseen">
        {t.make.prompt[draft.kind]}
      </label>
      <textarea
        id={id}
        ref={prompt}
        rows={2}
        maxLength={4000}
        value={value}
        placeholder={t.make.prompt[draft.kind]}
        onInput={({ currentTarget }) =>
          changeDraft({ prompts: { ...draft.prompts, [draft.kind]: currentTarget.value } })
        }
        onPaste={(event) => upload.limits.most > 0 && upload.add(pasted(event))}
      />
      {draft.replaced && (
        <button type="button" className="link" onClick={bringBack}>
          {t.make.bringBack}
        </button>
      )}
      {!isLoading && offered.length === 0 && draft.kind !== "keep" && <p className="soft">{t.make.noModel}</p>}
    </div>
  );
}

function MakeButton({
  composing: { draft, choice, price, left, lacks, isWaiting, canSend },
}: {
  composing: Composing;
}) {
  const t = useTexts();
  const hint = useId();
  const operation = (choice.operation ?? "generate") as keyof typeof t.make.needsInput;
  const { price: cost, error, askAgain } = price;
  const isFinal = failureOf(error)?.type === "invalid_request";
  return (
    <div className="composer-end">
      <p id={hint} className="composer-hint small" role="status">
        {isWaiting ? (
          t.make.sending
        ) : lacks === "input" ? (
          t.make.needsInput[operation]
        ) : error ? (
          <>
            <span className="wrong">{wordsOf(t, error)}</span>{" "}
            {!isFinal && (
              <button type="button" className="link first" onClick={askAgain}>
                {t.again}
              </button>
            )}
          </>
        ) : left !== null && left < 0 ? (
          <>
            {t.make.lacking(-left)}. <a href={hrefOf("credits")}>{t.make.redeem}</a>
          </>
        ) : left !== null && cost !== 0 ? (
          <span className="soft">{t.make.left(left)}</span>
        ) : null}
      </p>
      <button type="submit" className="go" disabled={!canSend} aria-describedby={hint}>
        {draft.kind === "keep" ? t.make.keepButton : t.make.button}
        <span className="price number">
          {cost === 0 ? t.make.free : (cost ?? "…")}
          {cost !== null && cost > 0 && <span className="unseen"> {t.places.credits}</span>}
        </span>
      </button>
    </div>
  );
}
