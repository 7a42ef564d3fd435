// dream-factory-client: everything but the hooks for React, which are `dream-factory-client/react`.
export { type Client, type ClientOptions, createClient, type Endpoints, type Token } from "./client.ts";
export { type DownloadOptions, download, downloadPart } from "./download.ts";
export { type AnswerType, type Detail, DreamFactoryError, type Failure, failureOf } from "./errors.ts";
export { type FollowOptions, follow, followProduction } from "./follow.ts";
export { type FollowAllOptions, followAll, type PlacedEvent } from "./follow-all.ts";
export type { Routes } from "./generated/routes.ts";
export type * from "./generated/schema.ts";
export type { Body, Data, Query } from "./of-operation.ts";
export type { CallOptions, KeyedOptions } from "./options.ts";
export { each } from "./pages.ts";
export { type ReadyUpload, type UploadOptions, upload } from "./upload.ts";
export { type VerifyOptions, verifyWebhook } from "./verify-webhook.ts";
export {
  type EndedJob,
  type EndedProduction,
  isEnded,
  type WaitOptions,
  wait,
  waitForProduction,
} from "./wait.ts";
