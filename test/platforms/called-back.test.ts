// A vendor that calls, on both clouds' zips: the address that it is given, its signed bytes, and the job that is looked at.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { declarations } from "../../functions/declarations.ts";
import { buildCloud } from "../../scripts/build/build.ts";
import { adaptersOf, type Cloud } from "../../scripts/build/plan.ts";
import { eventually } from "../patience.ts";
import { type CallingVendor, startCallingVendor } from "../servers/calling-vendor.ts";
import { call } from "./api-call.ts";
import { deployOnAliyun } from "./deployments/aliyun.ts";
import { deployOnAws } from "./deployments/aws.ts";
import { type Deployment, type DeployOptions, deployed } from "./deployments/deployment.ts";
import { plantVendor } from "./planted-vendor.ts";
import { copyOfTree } from "./trees.ts";
import { vendorJobOn } from "./vendor-job.ts";

const temporary = mkdtempSync(join(tmpdir(), "dream-factory-called-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const base = "https://callbacks.example";
const functions = ["provider-webhook"];
const key = "the key of a vendor that calls";

let root = "";
beforeAll(async () => {
  root = await copyOfTree(temporary);
  plantVendor(root, "fal");
});

test.each([
  ["Lambda, S3 and DynamoDB", "aws", deployOnAws],
  ["Function Compute, OSS and Tablestore", "aliyun", deployOnAliyun],
] as const)("on %s a vendor's call has its job looked at, whatever bytes it is made of", async (_, cloud, deploy) => {
  await using vendor = await startCallingVendor();
  const deployment = await deploy(await optionsFor(cloud, vendor));
  onTestFinished(() => deployment.close());
  const job = await vendorJobOn(deployment, {
    request: { prompt: "a lake", provider: "fal", model: "fal-model" },
    finish: (at) => callBack(at, vendor),
  });
  expect(job).toMatchObject({ provider: "fal", cost: 5, outputs: [{ contentType: "image/png" }] });
  // Asked because it has called: the next look of its own would have come ten minutes later.
  expect(vendor.count("start")).toBe(1);
  // Once; twice where the one that looked was so slow that another one took its place.
  expect([1, 2]).toContain(vendor.count("check"));
});

async function optionsFor(cloud: Cloud, vendor: CallingVendor): Promise<DeployOptions> {
  const names: readonly string[] = [...deployed, ...functions];
  await buildCloud({
    ...{ root, outDir: temporary, cloud, adapters: { ...adaptersOf[cloud], vendors: ["fal"] } },
    declarations: declarations.filter(({ name }) => names.includes(name)),
  });
  return {
    ...{ zips: join(temporary, cloud), functions },
    environment: {
      VENDOR_KEYS: JSON.stringify({ FAL_API_KEY: key, FAL_BASE_URL: vendor.url }),
      ...{ CALLBACK_URL: base, TRUSTED_HOSTS: vendor.host },
    },
  };
}

async function callBack({ url }: Deployment, vendor: CallingVendor): Promise<void> {
  await eventually(() =>
    expect([...vendor.tasks.values()].map(({ callbackUrl }) => callbackUrl?.startsWith(base))).toEqual([true]),
  );
  const [[taskId = "", task] = []] = [...vendor.tasks];
  vendor.finish(taskId);
  const path = new URL(task?.callbackUrl ?? "").pathname;
  // The start's answer may still be on its way: until it is written down the call has to be heard all the same.
  const { headers, body } = vendor.callAbout(taskId, { state: "\u00ff\u0000\u00fe" });
  const sent = { method: "POST", path, headers: Object.entries(headers).flat(), body: Buffer.from(body, "latin1") };
  // Its keys may be long in coming: then it is to call again, as vendors do.
  const called = (body: Buffer, status: number) =>
    eventually(async () => expect((await call(url, { ...sent, body })).status).toBe(status));
  await called(Buffer.from("{}"), 403);
  await called(sent.body, 200);
}
