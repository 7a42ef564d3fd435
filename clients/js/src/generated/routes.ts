// Made from the OpenAPI document by `npm run generate -w clients/js`. Not to be edited.

import type { CallOptions, KeyedOptions } from "../options.ts";
import type { Body, Data, Query } from "../of-operation.ts";

/** What a route takes: `b` a body, `q` a query, `k` an Idempotency-Key; `s`: it streams, unless `since` is given. */
export const routes: Readonly<Record<keyof Routes, readonly [method: string, path: string, takes: string]>> = {
  health: ["GET", "/health", ""],
  openapi: ["GET", "/openapi.json", ""],
  docs: ["GET", "/docs", ""],
  register: ["POST", "/auth/register", "b"],
  login: ["POST", "/auth/login", "b"],
  forgotPassword: ["POST", "/auth/forgot-password", "b"],
  resetPassword: ["POST", "/auth/reset-password", "b"],
  verifyEmail: ["POST", "/auth/verify-email", "b"],
  sendVerification: ["POST", "/auth/send-verification", ""],
  logout: ["POST", "/auth/logout", ""],
  getMe: ["GET", "/users/me", ""],
  updateMe: ["PUT", "/users/me", "b"],
  getCredits: ["GET", "/credits", ""],
  listTransactions: ["GET", "/credits/transactions", "q"],
  redeemCode: ["POST", "/credits/redeem", "b"],
  listPacks: ["GET", "/credits/packs", ""],
  createCheckout: ["POST", "/credits/checkout", "bk"],
  listOrders: ["GET", "/credits/orders", "q"],
  createCodes: ["POST", "/admin/codes", "b"],
  createUpload: ["POST", "/uploads", "b"],
  getUpload: ["GET", "/uploads/{id}", ""],
  deleteUpload: ["DELETE", "/uploads/{id}", ""],
  generateImage: ["POST", "/ai/generate-image", "bk"],
  generateScreenplay: ["POST", "/ai/generate-screenplay", "bk"],
  generateSpeech: ["POST", "/ai/generate-speech", "bk"],
  generateMusic: ["POST", "/ai/generate-music", "bk"],
  generateVideo: ["POST", "/ai/generate-video", "bk"],
  quote: ["POST", "/ai/quote", "b"],
  listModels: ["GET", "/ai/models", ""],
  providerHealth: ["GET", "/ai/health", ""],
  events: ["GET", "/events", "qs"],
  listJobs: ["GET", "/jobs", "q"],
  getJob: ["GET", "/jobs/{id}", ""],
  deleteJob: ["DELETE", "/jobs/{id}", ""],
  jobEvents: ["GET", "/jobs/{id}/events", "qs"],
  downloadOutput: ["GET", "/jobs/{id}/outputs/{index}/download", "q"],
  retryJob: ["POST", "/jobs/{id}/retry", ""],
  cancelJob: ["POST", "/jobs/{id}/cancel", ""],
  createProject: ["POST", "/projects", "bk"],
  listProjects: ["GET", "/projects", "q"],
  getProject: ["GET", "/projects/{id}", ""],
  updateProject: ["PUT", "/projects/{id}", "b"],
  deleteProject: ["DELETE", "/projects/{id}", ""],
  listScenes: ["GET", "/projects/{id}/scenes", "q"],
  updateScene: ["PUT", "/projects/{id}/scenes/{sceneId}", "b"],
  listCharacters: ["GET", "/projects/{id}/characters", "q"],
  updateCharacter: ["PUT", "/projects/{id}/characters/{characterId}", "b"],
  generateScenes: ["POST", "/projects/{id}/generate-scenes", "bk"],
  filmScene: ["POST", "/projects/{id}/generate-video", "bk"],
  quoteProject: ["POST", "/projects/{id}/quote", "b"],
  createProduction: ["POST", "/projects/{id}/productions", "bk"],
  projectProgress: ["GET", "/projects/{id}/progress", "qs"],
  generateDrama: ["POST", "/projects/generate-drama", "bk"],
  listProductions: ["GET", "/productions", "q"],
  getProduction: ["GET", "/productions/{id}", ""],
  listNodes: ["GET", "/productions/{id}/nodes", "q"],
  productionEvents: ["GET", "/productions/{id}/events", "qs"],
  cancelProduction: ["POST", "/productions/{id}/cancel", ""],
  resumeProduction: ["POST", "/productions/{id}/resume", "bk"],
  remakeNode: ["POST", "/productions/{id}/nodes/{nodeId}/remake", "bk"],
  quoteProduction: ["POST", "/productions/{id}/quote", "b"],
  downloadNode: ["GET", "/productions/{id}/nodes/{nodeId}/download", "q"],
  exportProduction: ["GET", "/productions/{id}/export", "q"],
  listDeliveries: ["GET", "/webhooks/deliveries", "q"],
  redeliverDelivery: ["POST", "/webhooks/deliveries/{id}/redeliver", ""],
  getWebhookSecret: ["GET", "/webhooks/secret", ""],
  rotateWebhookSecret: ["POST", "/webhooks/secret/rotate", ""],
  stripeWebhook: ["POST", "/webhooks/stripe", ""],
  providerWebhook: ["POST", "/webhooks/{provider}/{token}", ""],
  verify: ["POST", "/verify", "b"],
};

/** Each route as a method: what stands in the path, then the body, then the query, then options. */
export interface Routes {
  /** Whether jobs can be kept just now. `GET /health` */
  health(options?: CallOptions): Promise<Data<"health">>;
  /** This document. `GET /openapi.json` */
  openapi(options?: CallOptions): Promise<Data<"openapi">>;
  /** This document as a page to read. `GET /docs` */
  docs(options?: CallOptions): Promise<Data<"docs">>;
  /** A new user, with the welcome credits and a token. `POST /auth/register` */
  register(body: Body<"register">, options?: CallOptions): Promise<Data<"register">>;
  /** A token for whoever knows the password. `POST /auth/login` */
  login(body: Body<"login">, options?: CallOptions): Promise<Data<"login">>;
  /** A mail with which a new password can be chosen. The answer is the same whether or not anybody has the address. `POST /auth/forgot-password` */
  forgotPassword(body: Body<"forgotPassword">, options?: CallOptions): Promise<Data<"forgotPassword">>;
  /** A new password, by the token of a mail: it works once, within an hour, and ends all sessions. `POST /auth/reset-password` */
  resetPassword(body: Body<"resetPassword">, options?: CallOptions): Promise<Data<"resetPassword">>;
  /** The e-mail address is verified, by the token of a mail; welcome credits that waited for it come. A repeat hears the same. `POST /auth/verify-email` */
  verifyEmail(body: Body<"verifyEmail">, options?: CallOptions): Promise<Data<"verifyEmail">>;
  /** Another mail with which the caller's e-mail address can be verified. `POST /auth/send-verification` */
  sendVerification(options?: CallOptions): Promise<Data<"sendVerification">>;
  /** Ends every token of the caller, on all devices. `POST /auth/logout` */
  logout(options?: CallOptions): Promise<Data<"logout">>;
  /** The caller, and what their files take. `GET /users/me` */
  getMe(options?: CallOptions): Promise<Data<"getMe">>;
  /** Another name, or another password: that ends all tokens and gives a new one. `PUT /users/me` */
  updateMe(body: Body<"updateMe">, options?: CallOptions): Promise<Data<"updateMe">>;
  /** What the caller can spend, and what is set aside. `GET /credits` */
  getCredits(options?: CallOptions): Promise<Data<"getCredits">>;
  /** The lines of the ledger, newest first. `GET /credits/transactions` */
  listTransactions(query?: Query<"listTransactions">, options?: CallOptions): Promise<Data<"listTransactions">>;
  /** The credits of a code, once; whoever has them may ask again. `POST /credits/redeem` */
  redeemCode(body: Body<"redeemCode">, options?: CallOptions): Promise<Data<"redeemCode">>;
  /** The credits that can be bought here, and their prices; `enabled` is false where none are sold. `GET /credits/packs` */
  listPacks(options?: CallOptions): Promise<Data<"listPacks">>;
  /** An order of a pack of credits. Its `url` is where it is paid, within two hours; its credits come with the payment. `POST /credits/checkout` */
  createCheckout(body: Body<"createCheckout">, options?: KeyedOptions): Promise<Data<"createCheckout">>;
  /** The caller's orders of credits, newest first. `GET /credits/orders` */
  listOrders(query?: Query<"listOrders">, options?: CallOptions): Promise<Data<"listOrders">>;
  /** New codes that users redeem for credits. Nobody can see them again. `POST /admin/codes` */
  createCodes(body: Body<"createCodes">, options?: CallOptions): Promise<Data<"createCodes">>;
  /** Announces a picture; answers what lets it be sent straight to the store. `POST /uploads` */
  createUpload(body: Body<"createUpload">, options?: CallOptions): Promise<Data<"createUpload">>;
  /** Whether an upload was taken, and where it is. `GET /uploads/{id}` */
  getUpload(id: string, options?: CallOptions): Promise<Data<"getUpload">>;
  /** Remove an upload, in whatever state, with its file. `DELETE /uploads/{id}` */
  deleteUpload(id: string, options?: CallOptions): Promise<Data<"deleteUpload">>;
  /** Generate an image, or keep one that exists. `POST /ai/generate-image` */
  generateImage(body: Body<"generateImage">, options?: KeyedOptions): Promise<Data<"generateImage">>;
  /** Write a screenplay: the output is its JSON. `POST /ai/generate-screenplay` */
  generateScreenplay(body: Body<"generateScreenplay">, options?: KeyedOptions): Promise<Data<"generateScreenplay">>;
  /** Speak words, with a voice: the output is a sound. `POST /ai/generate-speech` */
  generateSpeech(body: Body<"generateSpeech">, options?: KeyedOptions): Promise<Data<"generateSpeech">>;
  /** Make a piece of music: the output is a sound. `POST /ai/generate-music` */
  generateMusic(body: Body<"generateMusic">, options?: KeyedOptions): Promise<Data<"generateMusic">>;
  /** Generate a video, or keep one that exists. `POST /ai/generate-video` */
  generateVideo(body: Body<"generateVideo">, options?: KeyedOptions): Promise<Data<"generateVideo">>;
  /** What a generation would cost now, and who would do it. Makes nothing. `POST /ai/quote` */
  quote(body: Body<"quote">, options?: CallOptions): Promise<Data<"quote">>;
  /** Models to choose from, at the prices in force. `GET /ai/models` */
  listModels(options?: CallOptions): Promise<Data<"listModels">>;
  /** Whether the providers answer just now. `GET /ai/health` */
  providerHealth(options?: CallOptions): Promise<Data<"providerHealth">>;
  /** Live progress of everything: all jobs and productions of the caller in one stream. `GET /events` */
  events(query?: Query<"events">, options?: CallOptions): Promise<Data<"events">>;
  /** The caller's jobs, newest first. `GET /jobs` */
  listJobs(query?: Query<"listJobs">, options?: CallOptions): Promise<Data<"listJobs">>;
  /** A job as it is now. `GET /jobs/{id}` */
  getJob(id: string, options?: CallOptions): Promise<Data<"getJob">>;
  /** Remove a job that has ended, with its files. Its lines stay in the ledger. `DELETE /jobs/{id}` */
  deleteJob(id: string, options?: CallOptions): Promise<Data<"deleteJob">>;
  /** Live progress of a job. `GET /jobs/{id}/events` */
  jobEvents(id: string, query?: Query<"jobEvents">, options?: CallOptions): Promise<Data<"jobEvents">>;
  /** Where an output is saved from, under a good name. `GET /jobs/{id}/outputs/{index}/download` */
  downloadOutput(id: string, index: string, query?: Query<"downloadOutput">, options?: CallOptions): Promise<Data<"downloadOutput">>;
  /** A failed job again, at its own price, at most 3 times. `POST /jobs/{id}/retry` */
  retryJob(id: string, options?: CallOptions): Promise<Data<"retryJob">>;
  /** End an unfinished job and give its credits back; too_late once the provider has delivered. A film that is still being drawn was not delivered. `POST /jobs/{id}/cancel` */
  cancelJob(id: string, options?: CallOptions): Promise<Data<"cancelJob">>;
  /** Make a project: what a short drama is to be. `POST /projects` */
  createProject(body: Body<"createProject">, options?: KeyedOptions): Promise<Data<"createProject">>;
  /** The caller's projects, newest first. `GET /projects` */
  listProjects(query?: Query<"listProjects">, options?: CallOptions): Promise<Data<"listProjects">>;
  /** A project as it is now, with the screenplays that were written for it. `GET /projects/{id}` */
  getProject(id: string, options?: CallOptions): Promise<Data<"getProject">>;
  /** Change a project's settings, the order of its scenes, or choose another one of its drafts. `PUT /projects/{id}` */
  updateProject(id: string, body: Body<"updateProject">, options?: CallOptions): Promise<Data<"updateProject">>;
  /** Remove a project with its scenes, characters and pictures. `DELETE /projects/{id}` */
  deleteProject(id: string, options?: CallOptions): Promise<Data<"deleteProject">>;
  /** A project's scenes with their shots and takes, in the order of the story. `GET /projects/{id}/scenes` */
  listScenes(id: string, query?: Query<"listScenes">, options?: CallOptions): Promise<Data<"listScenes">>;
  /** Change a scene, or choose a take for one of its shots. `PUT /projects/{id}/scenes/{sceneId}` */
  updateScene(id: string, sceneId: string, body: Body<"updateScene">, options?: CallOptions): Promise<Data<"updateScene">>;
  /** A project's characters, in their order. `GET /projects/{id}/characters` */
  listCharacters(id: string, query?: Query<"listCharacters">, options?: CallOptions): Promise<Data<"listCharacters">>;
  /** Change a character, or give a picture of them. `PUT /projects/{id}/characters/{characterId}` */
  updateCharacter(id: string, characterId: string, body: Body<"updateCharacter">, options?: CallOptions): Promise<Data<"updateCharacter">>;
  /** Write the scenes of a project. `POST /projects/{id}/generate-scenes` */
  generateScenes(id: string, body: Body<"generateScenes">, options?: KeyedOptions): Promise<Data<"generateScenes">>;
  /** Film a scene by itself: the clip is a take of it. `POST /projects/{id}/generate-video` */
  filmScene(id: string, body: Body<"filmScene">, options?: KeyedOptions): Promise<Data<"filmScene">>;
  /** What a production of the project would make, stage by stage, and what it costs at most. `POST /projects/{id}/quote` */
  quoteProject(id: string, body: Body<"quoteProject">, options?: CallOptions): Promise<Data<"quoteProject">>;
  /** Make the film of a project. `POST /projects/{id}/productions` */
  createProduction(id: string, body: Body<"createProduction">, options?: KeyedOptions): Promise<Data<"createProduction">>;
  /** Live progress of a project's newest production. `GET /projects/{id}/progress` */
  projectProgress(id: string, query?: Query<"projectProgress">, options?: CallOptions): Promise<Data<"projectProgress">>;
  /** Make a short drama from a sentence: a project, and the production of its film. `POST /projects/generate-drama` */
  generateDrama(body: Body<"generateDrama">, options?: KeyedOptions): Promise<Data<"generateDrama">>;
  /** The caller's productions, newest first. `GET /productions` */
  listProductions(query?: Query<"listProductions">, options?: CallOptions): Promise<Data<"listProductions">>;
  /** A production: its stage, what is made of it, and what it has cost. `GET /productions/{id}` */
  getProduction(id: string, options?: CallOptions): Promise<Data<"getProduction">>;
  /** The parts of a production, with their files and the jobs that made them, in the order of the plan. `GET /productions/{id}/nodes` */
  listNodes(id: string, query?: Query<"listNodes">, options?: CallOptions): Promise<Data<"listNodes">>;
  /** Live progress of a production. `GET /productions/{id}/events` */
  productionEvents(id: string, query?: Query<"productionEvents">, options?: CallOptions): Promise<Data<"productionEvents">>;
  /** Stop a production. `POST /productions/{id}/cancel` */
  cancelProduction(id: string, options?: CallOptions): Promise<Data<"cancelProduction">>;
  /** Make what is missing of a production that has ended. `POST /productions/{id}/resume` */
  resumeProduction(id: string, body: Body<"resumeProduction">, options?: KeyedOptions): Promise<Data<"resumeProduction">>;
  /** Make one part of a production anew, and what is made from it. `POST /productions/{id}/nodes/{nodeId}/remake` */
  remakeNode(id: string, nodeId: string, body: Body<"remakeNode">, options?: KeyedOptions): Promise<Data<"remakeNode">>;
  /** What another round of a production would make, and what that costs at most. `POST /productions/{id}/quote` */
  quoteProduction(id: string, body: Body<"quoteProduction">, options?: CallOptions): Promise<Data<"quoteProduction">>;
  /** Where a part of a production is saved from, under a good name. `GET /productions/{id}/nodes/{nodeId}/download` */
  downloadNode(id: string, nodeId: string, query?: Query<"downloadNode">, options?: CallOptions): Promise<Data<"downloadNode">>;
  /** What a production has made: as a list, as one file, as an editor's timeline, or the subtitles of an episode. `GET /productions/{id}/export` */
  exportProduction(id: string, query?: Query<"exportProduction">, options?: CallOptions): Promise<Data<"exportProduction">>;
  /** The caller's outgoing webhooks and what became of them, newest first. `GET /webhooks/deliveries` */
  listDeliveries(query?: Query<"listDeliveries">, options?: CallOptions): Promise<Data<"listDeliveries">>;
  /** Have an outgoing webhook sent again, whatever has become of it. `POST /webhooks/deliveries/{id}/redeliver` */
  redeliverDelivery(id: string, options?: CallOptions): Promise<Data<"redeliverDelivery">>;
  /** What the caller's outgoing webhooks are signed with. `GET /webhooks/secret` */
  getWebhookSecret(options?: CallOptions): Promise<Data<"getWebhookSecret">>;
  /** A new secret; for a day webhooks are signed with the old one too. `POST /webhooks/secret/rotate` */
  rotateWebhookSecret(options?: CallOptions): Promise<Data<"rotateWebhookSecret">>;
  /** For Stripe: what became of a payment. `POST /webhooks/stripe` */
  stripeWebhook(options?: CallOptions): Promise<Data<"stripeWebhook">>;
  /** For providers: something has changed about a task. The token in the path says for whom it was made. `POST /webhooks/{provider}/{token}` */
  providerWebhook(provider: string, token: string, options?: CallOptions): Promise<Data<"providerWebhook">>;
  /** Which marks of AI a file carries, whose they are, and whether they still fit it. Nothing is kept of the file. `POST /verify` */
  verify(body: Body<"verify">, options?: CallOptions): Promise<Data<"verify">>;
}
