// Somebody who has something of everything: what each call of the page can be about.
import { randomUUID } from "node:crypto";
import { grantRole } from "../../shared/users/grant-role.ts";
import type { Product } from "../api/local.ts";
import { callerOf, create, follow, registerAt, type User, until } from "../api/user.ts";
import { tokenFor } from "./shop.ts";

export interface Prepared {
  user: User;
  /** By operation, what its variables stand for. */
  variables: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By operation, what has to be put in place of what was recorded in its body: fields, and fields of fields. */
  fields: Readonly<Record<string, object>>;
}

/** `waiting`: a provider that does not come to an end. `webhookUrl`: is told of every job here that it was named in. */
export async function prepare(product: Product, waiting: string, webhookUrl: string): Promise<Prepared> {
  const user = await register(product);
  await grantRole(product.runtime, "admin", user.email);
  const [unverified, forgetful] = [await registerAt(() => product.url), await registerAt(() => product.url)];
  const drawn = { prompt: "a lake", size: "64x64" };
  const [kept, doomed, failing, endless] = await Promise.all([
    create(user, { ...drawn, webhookUrl }),
    create(user, drawn),
    create(user, { imageUrl: "http://localhost/no.png" }),
    create(user, { ...drawn, provider: waiting }),
  ]);
  const { outputs } = await follow(user, kept.id);
  await Promise.all([follow(user, doomed.id), follow(user, failing.id)]);
  const codes = await user.call("POST", "/admin/codes", { json: { credits: 5, count: 1 } });
  const deliveries = await until(
    () => user.call("GET", "/webhooks/deliveries"),
    ({ body }) => body.data.items.length > 0,
  );
  const [file, unwanted] = [await announce(user), await announce(user)];
  const [plain, filmed, unwantedProject] = [await makeProject(user), await makeProject(user), await makeProject(user)];
  const clip = await create(
    user,
    { sceneId: "e1s1", durationSec: 1, dryRun: true },
    `/projects/${filmed}/generate-video`,
  );
  const face = await create(user, { ...drawn, dryRun: true });
  await Promise.all([follow(user, clip.id), follow(user, face.id)]);
  // Two at a time are allowed.
  const stopped = await stoppedFilm(user, await makeProject(user));
  const unfinished = await stoppedFilm(user, await makeProject(user));
  const job = { ID: kept.id };
  const film = { ID: stopped };
  const project = { ID: plain };
  return {
    user,
    variables: {
      ...{ getJob: job, jobEvents: job, "about-follow": job, deleteJob: { ID: doomed.id } },
      downloadOutput: { ...job, INDEX: "0" },
      ...{ retryJob: { ID: failing.id }, cancelJob: { ID: endless.id } },
      ...{ getUpload: { ID: file }, deleteUpload: { ID: unwanted } },
      redeliverDelivery: { ID: deliveries.body.data.items[0].id },
      ...{ getProject: project, listScenes: project, listCharacters: project, generateScenes: project },
      ...{ updateProject: project, deleteProject: { ID: unwantedProject }, filmScene: project },
      ...{ quoteProject: project, createProduction: project },
      updateScene: { ID: filmed, SCENE_ID: "e1s1" },
      updateCharacter: { ID: filmed, CHARACTER_ID: "c1" },
      ...{ quoteProject: project, createProduction: { ID: filmed }, projectProgress: { ID: filmed } },
      ...{
        getProduction: film,
        listNodes: film,
        productionEvents: film,
        cancelProduction: film,
        exportProduction: film,
      },
      resumeProduction: { ID: unfinished },
    },
    fields: {
      register: { email: "somebody-else@example.com" },
      generateImage: { webhookUrl },
      verifyEmail: { token: await tokenFor(product.runtime, unverified.email, "verify") },
      resetPassword: { token: await tokenFor(product.runtime, forgetful.email, "reset") },
      redeemCode: { code: codes.body.data.items[0].code },
      verify: { output: outputs[0].key },
      updateScene: { clip: { jobId: clip.id } },
      updateCharacter: { portrait: { jobId: face.id } },
      // They end before the next one begins: with nothing, nothing is made. What is made anew has to be paid.
      ...{ createProduction: { budget: 0 }, generateDrama: { budget: 0 }, resumeProduction: { budget: 0 } },
      remakeNode: { budget: 1000 },
    },
  };
}

/** As the introduction logs in. */
async function register(product: Product): Promise<User> {
  const json = { username: "you", email: "you@example.com", password: "correct horse" };
  const { userId, token } = (await product.call("POST", "/auth/register", { json })).body.data;
  return { ...json, userId, token, call: callerOf(() => product.url, token) };
}

async function announce(user: User): Promise<string> {
  const json = { filename: "lake.png", contentType: "image/png", size: 68 };
  return (await user.call("POST", "/uploads", { json })).body.data.uploadId;
}

/** The same of what productions are asked. */
export async function prepareProductions(user: User, waiting: string): Promise<Prepared["variables"]> {
  const [told, stopped, ready, running] = await makeProductions(user, waiting);
  return {
    ...{ getProduction: { ID: told.id }, listNodes: { ID: told.id }, productionEvents: { ID: told.id } },
    ...{
      exportProduction: { ID: told.id },
      projectProgress: { ID: told.projectId },
      cancelProduction: { ID: running.id },
    },
    ...{ resumeProduction: { ID: stopped.id }, remakeNode: { ID: ready.id, NODE_ID: "portrait-c1" } },
  };
}

/** All but the last are stopped. Their pictures are asked of somebody who never ends, so that nothing is drawn for them meanwhile. */
async function makeProductions(user: User, waiting: string) {
  const models = { image: { provider: waiting } };
  const made = async () => {
    const production = await produce(user, models);
    await until(
      () => user.call("GET", `/productions/${production.id}/nodes`),
      ({ body }) => body.data.items.length > 1,
    );
    await stopProductions(user);
    return production;
  };
  return [await made(), await made(), await made(), await produce(user, models)] as const;
}

/** Nobody may have more than two under way. */
export async function stopProductions(user: Pick<User, "call">): Promise<void> {
  const { items } = (await user.call("GET", "/productions?limit=100")).body.data;
  for (const { id, status } of items as { id: string; status: string }[]) {
    if (status !== "pending" && status !== "processing") continue;
    await user.call("POST", `/productions/${id}/cancel`);
    await until(
      () => user.call("GET", `/productions/${id}`),
      ({ body }) => ["completed", "failed", "cancelled"].includes(body.data.status),
    );
  }
}

async function produce(user: User, models: object) {
  const projectId = await makeProject(user, models);
  const headers = { "idempotency-key": randomUUID() };
  const { data, message } = (await user.call("POST", `/projects/${projectId}/productions`, { json: {}, headers })).body;
  if (message !== "success") throw new Error(message);
  return { id: data.id as string, projectId };
}

/** With a text, which brings scenes and characters. */
async function makeProject(user: User, models = {}): Promise<string> {
  const headers = { "idempotency-key": randomUUID() };
  const json = { title: "Ferry", durationSec: 10, episodes: 1, scenesPerEpisode: 1, models };
  const { id } = (await user.call("POST", "/projects", { json, headers })).body.data;
  const text = await create(user, { prompt: "a ferry", dryRun: true }, `/projects/${id}/generate-scenes`);
  await follow(user, text.id);
  return id;
}

/** Cancelled, and at rest. */
async function stoppedFilm(user: User, projectId: string): Promise<string> {
  const { id } = await create(user, {}, `/projects/${projectId}/productions`);
  await user.call("POST", `/productions/${id}/cancel`);
  await until(
    () => user.call("GET", `/productions/${id}`),
    ({ body }) => body.data.status === "cancelled",
  );
  return id;
}
