// A table that takes a connection and never answers.
import { once } from "node:events";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startFunctionUrl } from "../servers/lambda/http-events.ts";
import { startLambda } from "../servers/lambda/instance.ts";
import { unzipInto } from "../servers/zip.ts";
import { settings } from "./deployments/deployment.ts";
import { zipsOf } from "./zips.ts";

test("a table that is silent is answered with 503 before Lambda cuts the call off", async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dream-factory-silent-")));
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => sockets.add(socket)).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  await unzipInto(join(await zipsOf("aws"), "health.zip"), folder);
  const environment = {
    ...settings,
    PLATFORM: "aws",
    S3_BUCKET: "dreams",
    DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}`,
  };
  const health = await startLambda({ folder, name: "health", environment, timeoutSeconds: 4 });
  const front = await startFunctionUrl({ function: health });
  onTestFinished(async () => {
    await front.close();
    await health.close();
    silent.close();
    for (const socket of sockets) socket.destroy();
    await rm(folder, { recursive: true });
  });
  const answer = await fetch(`${front.url}/api/v1/health`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 503, error: { type: "unavailable" } });
  expect(sockets.size).toBeGreaterThan(0);
  expect(health.started.length).toBe(1);
});
