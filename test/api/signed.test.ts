// Settings alone make the whole product sign what it keeps: a certificate, its key, and who says when.
import { afterAll, beforeAll, expect, test } from "vitest";
import { needC2pa } from "../labels/c2pa-library.ts";
import { checkSigned } from "../labels/c2pa-store.ts";
import { createAuthority } from "../servers/authority.ts";
import { type Product, startProduct } from "./local.ts";
import { create, follow, type User } from "./user.ts";

needC2pa();

const authority = createAuthority();
let product: Product;
let user: User;
beforeAll(async () => {
  const { certificates, privateKey } = authority.issue();
  const clock = await authority.clock();
  const signing = { C2PA_CERTIFICATE: certificates, C2PA_PRIVATE_KEY: privateKey, C2PA_TSA_URL: clock.url };
  product = await startProduct({ environment: { LABEL_PROFILE: "eu", LABEL_SYSTEM_NAME: "Wunder", ...signing } });
  user = await product.register();
});
afterAll(async () => {
  await product?.close();
  authority.close();
});

test.each([
  ["/ai/generate-image", { prompt: "a secret lake", provider: "sketch", size: "64x64" }],
  ["/ai/generate-video", { prompt: "a secret lake", durationSec: 1, resolution: "480p", ratio: "4:3" }],
] as const)("%s keeps a file that is signed and stamped, and says nothing of the prompt", async (path, json) => {
  const job = await follow(user, (await create(user, json, path)).id);
  expect(job.status).toBe("completed");
  const file = Buffer.from(await (await fetch(job.resultUrls[0])).arrayBuffer());
  expect(file.length).toBe(job.outputs[0].size);
  const { assertions, signer, stamp } = checkSigned(file);
  authority.checkStamp(stamp?.token ?? Buffer.alloc(0), stamp?.of ?? Buffer.alloc(0));
  expect(signer.subject).toContain("O=Test signer");
  expect(assertions["c2pa.actions.v2"]).toMatchObject({
    actions: [{ action: "c2pa.created", softwareAgent: { name: "Wunder", version: "sketch" } }],
  });
  expect(file.includes("secret")).toBe(false);
  expect(await manifestOf(file)).toMatchObject({
    state: "valid",
    signer: "Test signer",
    failures: ["signingCredential.untrusted"],
  });
  file.writeUInt8((file[file.length - 40] ?? 0) ^ 1, file.length - 40);
  expect(await manifestOf(file)).toMatchObject({ state: "invalid" });
});

/** As `POST /verify` tells anyone. */
async function manifestOf(file: Buffer) {
  const headers = { "content-type": "application/octet-stream" };
  const { body } = await product.call("POST", "/verify", { body: new Uint8Array(file), headers });
  return body.data.marks.find(({ kind }: { kind: string }) => kind === "c2pa");
}
