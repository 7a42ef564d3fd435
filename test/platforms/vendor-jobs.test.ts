// Each vendor on both clouds' zips: one job from the HTTP request to the file in the store, against the vendor's server.
import { expect, test } from "vitest";
import { eventually } from "../patience.ts";
import { startDashscopeServer } from "../servers/dashscope/server.ts";
import type { VendorServer } from "../servers/vendor/vendor-server.ts";
import { deployOnAliyun } from "./deployments/aliyun.ts";
import { deployOnAws } from "./deployments/aws.ts";
import { vendorJobOn } from "./vendor-job.ts";

interface Case {
  id: string;
  start(): Promise<VendorServer & { key: string; finishAll(): void }>;
  request: object;
  path?: string;
}

const cases: Case[] = [
  { id: "dashscope", start: startDashscopeServer, request: { prompt: "a lake", provider: "dashscope" } },
];

const clouds = [
  ["Lambda, S3 and DynamoDB", deployOnAws],
  ["Function Compute, OSS and Tablestore", deployOnAliyun],
] as const;

for (const [name, deploy] of clouds) {
  test.each(cases)(`on ${name} $id makes what is asked for, and it is kept and paid for once`, async (each) => {
    await using server = await each.start();
    const prefix = each.id.toUpperCase();
    const keys = { [`${prefix}_API_KEY`]: server.key, [`${prefix}_BASE_URL`]: server.url };
    const deployment = await deploy({
      vendors: [each.id],
      environment: { VENDOR_KEYS: JSON.stringify(keys), TRUSTED_HOSTS: server.host },
    });
    const { request, path } = each;
    const job = await vendorJobOn(deployment, {
      ...{ request, ...(path && { path }) },
      async finish() {
        await eventually(() => expect(server.count("start")).toBe(1));
        server.finishAll();
      },
    });
    expect(job).toMatchObject({ provider: each.id });
    expect(server.count("start")).toBe(1);
  });
}
