// Where a bucket is reached when the vendor's SDK is not there to say it.
import { type S3PresetName, s3Presets } from "./presets.ts";

export interface S3Place {
  bucket: string;
  preset: S3PresetName;
  region?: string | undefined;
  endpoint?: string | undefined;
}

/** What is signed for. Throws a RangeError when the preset has no region of its own and none is given: nobody looks for one here. */
export function regionOf({ preset, region = s3Presets[preset].region ?? undefined }: S3Place): string {
  if (region === undefined) throw new RangeError(`A store of the preset ${preset} needs its region.`);
  return region;
}

/** Without a slash at its end. Throws a RangeError when the preset has no endpoint of its own and none is given. */
export function bucketUrlOf(place: S3Place): string {
  const preset = s3Presets[place.preset];
  const endpoint = place.endpoint ?? (preset.endpoint ?? amazonEndpoint(place.preset))(regionOf(place));
  const { origin, protocol, host, hostname, pathname } = new URL(endpoint);
  const path = pathname.replace(/\/+$/, "");
  const isInPath = preset.addressing === "path" || isAddress(hostname) || !isLabel(place.bucket, protocol);
  return isInPath ? `${origin}${path}/${place.bucket}` : `${protocol}//${place.bucket}.${host}${path}`;
}

/** https://docs.aws.amazon.com/general/latest/gr/s3.html; the domains of the partitions as the SDK lists them. */
function amazonEndpoint(preset: S3PresetName): (region: string) => string {
  if (preset !== "aws") throw new RangeError(`A store of the preset ${preset} needs its endpoint.`);
  return (region) => {
    if (region.startsWith("cn-")) return `https://s3.${region}.amazonaws.com.cn`;
    if (region.startsWith("eusc-")) return `https://s3.${region}.amazonaws.eu`;
    return `https://s3.${region}.amazonaws.com`;
  };
}

function isAddress(hostname: string): boolean {
  return /^(\d+\.){3}\d+$/.test(hostname) || hostname.startsWith("[");
}

/** The certificate of `*.s3…` holds for one label: "we recommend that you avoid using periods (.) in bucket names". */
function isLabel(bucket: string, protocol: string): boolean {
  return protocol === "http:" || !bucket.includes(".");
}
