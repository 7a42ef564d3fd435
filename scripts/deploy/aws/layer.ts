// The layer with the operator's ffmpeg: published once for each zip.
import { describedBy, type LayerZip, layerName } from "../ffmpeg-layer.ts";
import { type Step, there, todo } from "../steps.ts";
import { type AwsAccount, AwsRefusal } from "./account.ts";

const versions = `/2018-10-31/layers/${layerName}/versions`;

/** `found` hears of the version's ARN, whether it was there or was made. */
export function ffmpegLayer(account: AwsAccount, zip: () => Promise<LayerZip>, found: (arn: string) => void): Step {
  return {
    name: "ffmpeg",
    async look() {
      const arn = await versionOf(account, describedBy(await zip()));
      if (arn === null) return todo(`a version of the layer ${layerName} would be published`);
      found(arn);
      return there(arn);
    },
    async make() {
      const file = await zip();
      const response = await account.call(
        "lambda",
        "POST",
        versions,
        JSON.stringify({
          Description: describedBy(file),
          Content: { ZipFile: Buffer.from(file.bytes).toString("base64") },
          CompatibleRuntimes: ["nodejs24.x"],
          CompatibleArchitectures: ["x86_64"],
          LicenseInfo: "GPL-3.0-or-later",
        }),
      );
      const { LayerVersionArn } = (await response.json()) as { LayerVersionArn: string };
      found(LayerVersionArn);
      return LayerVersionArn;
    },
  };
}

async function versionOf(account: AwsAccount, description: string): Promise<string | null> {
  let marker = "";
  for (;;) {
    const query = marker && `?Marker=${encodeURIComponent(marker)}`;
    const page = await listed(account, query);
    const version = page?.LayerVersions?.find(({ Description }) => Description === description);
    if (version) return version.LayerVersionArn;
    if (!page?.NextMarker) return null;
    marker = page.NextMarker;
  }
}

interface Page {
  LayerVersions?: { LayerVersionArn: string; Description?: string }[];
  NextMarker?: string;
}

async function listed(account: AwsAccount, query: string): Promise<Page | null> {
  try {
    return (await (await account.call("lambda", "GET", versions + query)).json()) as Page;
  } catch (error) {
    if (error instanceof AwsRefusal && error.status === 404) return null;
    throw error;
  }
}
