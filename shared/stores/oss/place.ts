// The bucket, from inside of the cloud and from outside, and who may use it.

export interface OssCredentials {
  accessKeyId: string;
  accessKeySecret: string;
  /** Of temporary credentials (STS). */
  securityToken?: string | undefined;
}

export interface OssBucket {
  bucket: string;
  /** Such as `cn-hangzhou`; `oss-cn-hangzhou` is the same. */
  region: string;
  /** Where requests go instead of the region's own endpoint, such as `https://oss-cn-hangzhou.aliyuncs.com`. */
  endpoint?: string | undefined;
  /** Go through the region's internal network, as functions inside the cloud should: nothing is paid for traffic there. */
  isInternal?: boolean | undefined;
  /** A domain that is bound to the bucket (CNAME), such as `https://files.example.com`: signed URLs and uploads lead there. */
  customDomain?: string | undefined;
  /** The endpoint that outsiders reach, when it is neither the region's nor a domain of the bucket's own. */
  publicEndpoint?: string | undefined;
  /** The bucket stands in the path, as at a server that has an address only. OSS itself takes no such requests. */
  isPathStyle?: boolean | undefined;
}

/** The region as signatures name it. */
export function signedRegion(region: string): string {
  return region.replace(/^oss-/, "");
}

/** Where outsiders reach the bucket, with a slash at its end: forms are posted there, and keys follow in URLs. */
export function bucketUrl(place: OssBucket): string {
  const { customDomain, publicEndpoint } = place;
  if (customDomain !== undefined) return customDomain.endsWith("/") ? customDomain : `${customDomain}/`;
  return bucketAt(publicEndpoint ?? `https://oss-${signedRegion(place.region)}.aliyuncs.com`, place);
}

/** Where requests go, with a slash at its end. */
export function requestUrl(place: OssBucket): string {
  const network = place.isInternal ? "-internal" : "";
  return bucketAt(place.endpoint ?? `https://oss-${signedRegion(place.region)}${network}.aliyuncs.com`, place);
}

function bucketAt(endpoint: string, { bucket, isPathStyle }: OssBucket): string {
  const { origin, protocol, host } = new URL(endpoint);
  return isPathStyle ? `${origin}/${bucket}/` : `${protocol}//${bucket}.${host}/`;
}
