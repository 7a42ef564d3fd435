import { describe, expect, test } from "vitest";
import { creditsOf, type ShownJob, type User, until } from "../api/user.ts";
import { sendForm } from "../uploads/sending.ts";
import { comeToRest } from "./at-rest.ts";
import type { GapOf } from "./gaps.ts";
import { checkAtRest } from "./invariants.ts";
import { pictureOf } from "./pictures.ts";
import { readTable } from "./remains.ts";
import { AFTER_LEASES_S, inWorld, type World, welcomeCredits } from "./world.ts";

const picture = Buffer.from(pictureOf("an upload"));
const page = Buffer.from("<!doctype html><p>no picture</p>");

/** While what, and what becomes of the upload. */
const gaps: Record<GapOf<"upload">, "announced" | "ready" | "rejected"> = {
  "upload: after its room was set aside": "announced",
  "upload: after the item": "announced",
  "upload: before the file is looked at": "ready",
  "upload: before the copy": "ready",
  "upload: after the copy, before it is ready": "ready",
  "upload: after it is ready": "ready",
  "upload: after it is rejected": "rejected",
  "upload: before the temp object goes": "ready",
  "upload: after the temp object went": "ready",
  "upload: before it counts as used": "ready",
  "upload: after it counts as used": "ready",
};
const rows = Object.entries(gaps) as [GapOf<"upload">, (typeof gaps)[GapOf<"upload">]][];

/** Later than anything may come for it, and the last look at it. */
const AFTER_UPLOADS_S = 40 * 60;

describe.concurrent("a process that dies while an upload is checked", () => {
  test.for(rows.filter(([, end]) => end !== "announced"))("%s: the upload is %s in the end", ([gap, end]) =>
    inWorld(async (world) => {
      const bytes = end === "rejected" ? page : picture;
      await world.start({ gap });
      const user = await world.register();
      const { uploadId, upload } = await announce(user, bytes);
      await world.diesDuring(() => sendForm(upload, bytes));
      await world.start({ secondsLater: AFTER_LEASES_S });
      const { status, url } = await final(user, uploadId);
      expect(status).toBe(end);
      if (url) expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(picture)).toBe(true);
      await hasEnded(world, user, status);
    }),
  );
});

describe.concurrent("a process that dies while an upload is announced", () => {
  test.for(rows.filter(([, end]) => end === "announced"))("%s: nothing comes, and its room is free again", ([gap]) =>
    inWorld(async (world) => {
      await world.start({ gap });
      const user = await world.register();
      await world.diesDuring(() => announce(user, picture));
      await world.start({ secondsLater: AFTER_UPLOADS_S });
      // Where the item was written its time begins anew: nobody was there to take a file.
      const looked = await until(
        async () => readTable(world.dataDir).uploads,
        (uploads) => uploads.every(({ looks, outcome }) => looks > 0 || outcome),
      );
      const lastLookAt = Math.max(0, ...looked.map(({ dueAt }) => dueAt ?? 0));
      await world.stop();
      await world.start({ secondsLater: Math.max(AFTER_UPLOADS_S, (lastLookAt - Date.now()) / 1000) });
      await until(
        async () => readTable(world.dataDir).uploads,
        (uploads) => uploads.every(({ outcome }) => outcome?.status === "rejected"),
      );
      const announced = await Promise.all(Array.from({ length: 20 }, () => announce(user, picture)));
      expect(announced).toHaveLength(20);
    }),
  );
});

async function announce(user: User, bytes: Uint8Array): Promise<ShownJob> {
  const json = { filename: "lake.png", contentType: "image/png", size: bytes.length };
  const { status, body } = await user.call("POST", "/uploads", { json });
  expect([status, body.message]).toEqual([201, "success"]);
  return body.data;
}

async function final(user: User, uploadId: string): Promise<ShownJob> {
  return until(
    async () => (await user.call("GET", `/uploads/${uploadId}`)).body.data,
    ({ status }) => status !== "pending",
  );
}

/** Also behind the last look, when nothing may be due any more but what a user may still read. */
async function hasEnded(world: World, user: User, status: string): Promise<void> {
  await comeToRest(world.dataDir);
  expect((await creditsOf(user)).balance).toBe(welcomeCredits);
  await checkAtRest(world, [user]);
  await world.start({ secondsLater: AFTER_UPLOADS_S });
  const { uploads } = await until(
    async () => readTable(world.dataDir),
    ({ due }) => status === "rejected" || due.every((item) => !item.startsWith("upload ")),
  );
  expect(uploads.map(({ outcome }) => outcome?.status)).toEqual([status]);
  await world.stop();
}
