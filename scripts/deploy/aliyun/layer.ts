// The layer with the operator's ffmpeg: published once for each zip.
import { describedBy, type LayerZip, layerName } from "../ffmpeg-layer.ts";
import { type Step, there, todo } from "../steps.ts";
import { type AliyunAccount, AliyunRefusal, type Json } from "./account.ts";

const path = `/2023-03-30/layers/${layerName}/versions`;

/** `found` hears of the version's ARN, whether it was there or was made. */
export function ffmpegLayer(account: AliyunAccount, zip: () => Promise<LayerZip>, found: (arn: string) => void): Step {
  const ask = (action: string, method: "GET" | "POST", more: object) =>
    account.roa(`fcv3.${account.region}.aliyuncs.com`, "2023-03-30", action, { method, path, ...more });
  return {
    name: "ffmpeg",
    async look() {
      const arn = await versionOf(ask, describedBy(await zip()));
      if (arn === null) return todo(`a version of the layer ${layerName} would be published`);
      found(arn);
      return there(arn);
    },
    async make() {
      const file = await zip();
      const { layerVersionArn } = await ask("CreateLayerVersion", "POST", {
        body: {
          description: describedBy(file),
          code: { zipFile: Buffer.from(file.bytes).toString("base64") },
          compatibleRuntime: ["custom.debian12"],
          license: "GPL-3.0-or-later",
        },
      });
      const arn = String(layerVersionArn);
      found(arn);
      return arn;
    },
  };
}

type Ask = (action: string, method: "GET" | "POST", more: object) => Promise<Json>;

async function versionOf(ask: Ask, description: string): Promise<string | null> {
  let startVersion = "";
  for (;;) {
    const query = { limit: "100", ...(startVersion !== "" && { startVersion }) };
    const page = await ask("ListLayerVersions", "GET", { query }).catch((error: unknown) => {
      if (error instanceof AliyunRefusal && error.status === 404) return {} as Json;
      throw error;
    });
    const layers = (page.layers ?? []) as { description?: string; layerVersionArn?: string }[];
    const version = layers.find((each) => each.description === description);
    if (version?.layerVersionArn) return version.layerVersionArn;
    if (!page.nextVersion) return null;
    startVersion = String(page.nextVersion);
  }
}
