// What an operation of the document takes and answers.
import type { operations } from "./generated/schema.ts";

export type OperationId = keyof operations;

type Contents<Holder> = Holder extends { content: infer Content } ? Content : never;
type Successes<Id extends OperationId> = operations[Id]["responses"] extends infer Responses
  ? Responses[keyof Responses & (200 | 201 | 202)]
  : never;
type Json<Content> = Content extends { "application/json": infer Whole } ? Whole : never;
type WithoutEnvelope<Whole> = Whole extends { code: 0; data: infer Inner } ? Inner : Whole;

/** What is neither JSON nor a stream: a page, or subtitles. */
type Text<Content> = Content extends unknown
  ? Content[Exclude<keyof Content, "application/json" | "text/event-stream">]
  : never;

/** What comes back, without the envelope around it; what is no JSON as text. */
export type Data<Id extends OperationId> = OrNull<
  WithoutEnvelope<Json<Contents<Successes<Id>>>> | Text<Contents<Successes<Id>>>
>;

type OrNull<All> = [All] extends [never] ? null : All;

type Sent<Id extends OperationId> = operations[Id] extends { requestBody: { content: infer Content } }
  ? Content
  : never;

/** A body as JSON; where a file may come instead, its bytes. */
export type Body<Id extends OperationId> =
  | Json<Sent<Id>>
  | (Sent<Id> extends { "*/*": unknown } ? Blob | Uint8Array<ArrayBuffer> : never);

/** A filter that is undefined is as if it were not there. */
export type Query<Id extends OperationId> = OrUndefined<NonNullable<operations[Id]["parameters"]["query"]>>;

type OrUndefined<Fields> = { [Name in keyof Fields]: Fields[Name] | undefined };
