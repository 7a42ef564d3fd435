// The composer's state in one piece: what is chosen, what fits it, what it costs, and the wish that is sent.

import { useQuery } from "@tanstack/react-query";
import type { Model } from "dream-factory-client";
import { type RefObject, useEffect, useMemo, useRef } from "react";
import { useCredits, useModels } from "../api/reading.ts";
import { useStored } from "../api/stored.ts";
import { useClient, useSession } from "../api/studio.tsx";
import { useOnePress } from "../components/one-press.ts";
import { useFileUpload } from "../components/use-file-upload.ts";
import { fitting, keptOf, keyOf, modelsFor, optionsOf, requestOf, typeOf } from "./choices.ts";
import { type Choice, changeDraft, draft, type Kind } from "./draft.ts";
import { outbox, put, type Wish } from "./outbox.ts";
import { usePrice, type Wanted } from "./use-price.ts";

export function useComposer() {
  const client = useClient();
  const current = useStored(draft);
  const { models, isLoading } = useModels();
  const offered = useMemo(
    () => modelsFor(models, current.kind, current.hasTests),
    [models, current.kind, current.hasTests],
  );
  const model = useChosen(offered, current.kind, current.choices[current.kind]?.model);
  const options = useMemo(() => model && optionsOf(model, current.kind), [model, current.kind]);
  const choice: Choice = model && options ? fitting(current.choices[current.kind] ?? {}, options, model) : {};
  const most = current.kind === "image" || current.kind === "video" ? (model?.inputs.max ?? 0) : 0;
  const upload = useFileUpload(client, { most }, current.attached);
  const prompt = useRef<HTMLTextAreaElement>(null);
  useKeptAttachments(upload, prompt);

  const wanted: Wanted | null = useMemo(() => {
    if (current.kind === "keep") {
      const kept = keptOf(current);
      return kept && { kind: current.kind, ...kept };
    }
    if (!model) return null;
    const body = requestOf(current, model, most > 0 ? upload.inputs : []);
    return { kind: current.kind, type: typeOf(current.kind) as Wanted["type"], body };
  }, [current, model, most, upload.inputs]);
  const operation = choice.operation ?? "generate";
  // Whatever else is done is done to a picture.
  const fewest = Math.max(model?.inputs.min ?? 0, operation === "generate" ? 0 : 1);
  const lacksInput = most > 0 && upload.inputs.length < fewest;
  // Of what cannot be made yet there is no price.
  const price = usePrice(lacksInput ? null : wanted);
  const { data: credits } = useCredits();
  const left = price.price === null || !credits ? null : credits.balance - price.price;
  const press = useOnePress();
  const waiting = useStored(outbox);
  const isWaiting = wanted !== null && waiting.some(({ body }) => JSON.stringify(body) === JSON.stringify(wanted.body));
  const lacksPrompt = current.kind !== "keep" && !current.prompts[current.kind]?.trim() && upload.inputs.length === 0;

  const lacks = lacksInput ? ("input" as const) : lacksPrompt || !wanted ? ("prompt" as const) : null;
  // By mouse and by keys alike: nothing is sent whose price was not on the button.
  const canSend =
    lacks === null && !isWaiting && !upload.isSending && price.price !== null && (left === null || left >= 0);

  return {
    draft: current,
    offered,
    isLoading,
    model,
    options,
    choice,
    upload,
    prompt,
    price,
    /** Credits, after it is paid. */
    left,
    isWaiting,
    lacks,
    canSend,
    send() {
      if (!wanted || !canSend) return;
      press(() => {
        put({ route: routeOf(wanted), body: wanted.body });
        changeDraft({ replaced: null });
      }, JSON.stringify(wanted));
    },
  };
}

export type Composing = ReturnType<typeof useComposer>;

/** The one that was chosen, while it is there; else the server's default. */
function useChosen(offered: readonly Model[], kind: Kind, key: string | undefined): Model | null {
  const [client, session] = [useClient(), useSession()];
  const { data } = useQuery({
    queryKey: ["default", kind],
    queryFn: ({ signal }) => {
      const sound = kind === "speech" || kind === "music" ? { sound: kind } : {};
      return client.quote({ type: typeOf(kind), ...sound, prompt: "…" } as Parameters<typeof client.quote>[0], {
        signal,
      });
    },
    enabled: session !== null && !session.hasEnded && kind !== "keep",
    staleTime: 5 * 60_000,
  });
  const wanted = key ?? (data && `${data.provider}/${data.model}`);
  return (
    offered.find((each) => keyOf(each) === wanted) ??
    offered.find(({ isForTests }) => !isForTests) ??
    offered[0] ??
    null
  );
}

/** What is ready is written down; what a gallery has handed over is attached, and whoever did that is led to where it is now. */
function useKeptAttachments(
  upload: ReturnType<typeof useFileUpload>,
  prompt: RefObject<HTMLTextAreaElement | null>,
): void {
  const { files, attach, replace } = upload;
  const incoming = useStored(draft).incoming;
  useEffect(() => {
    const ready = files.filter(({ status }) => status === "ready").map((file) => ({ ...file, url: lasting(file.url) }));
    if (JSON.stringify(ready) !== JSON.stringify(draft.get().attached)) changeDraft({ attached: ready });
  }, [files]);
  useEffect(() => {
    if (!incoming) return;
    changeDraft({ incoming: null });
    if (incoming.isAll) replace(incoming.pictures);
    else for (const picture of incoming.pictures) attach(picture);
    // Behind the dialog in which it was pressed: that gives the focus back as it goes.
    setTimeout(() => {
      prompt.current?.focus();
      prompt.current?.scrollIntoView({ block: "center" });
    });
  }, [incoming, attach, replace, prompt]);
}

/** An address of this page alone shows nothing after a reload. */
function lasting(url: string | null): string | null {
  return url?.startsWith("blob:") ? null : url;
}

function routeOf({ kind, type }: Wanted): Wish["route"] {
  if (kind === "speech") return "generateSpeech";
  if (kind === "music") return "generateMusic";
  return type === "video" ? "generateVideo" : "generateImage";
}
