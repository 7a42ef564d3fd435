// EventBridge's call when a task has ended: an operator's rule for the whole account sends it, signed with a certificate of Alibaba's.
import { verify, X509Certificate } from "node:crypto";
import type { CallbackNews, VendorCall } from "../../ports/provider.ts";
import { openVendor, parsed, textOf } from "../calling/call-vendor.ts";
import { textAt } from "../calling/json.ts";

/** Vendor documentation, signatures of HTTP targets: certificates come from one of these, and from nowhere else. */
const certificateHost = /^[a-z0-9-]+-eventbridge\.oss-accelerate\.aliyuncs\.com$/;
/** The same: what is older is not to be taken. */
const WINDOW_MS = 60_000;
const MAX_CERTIFICATE_BYTES = 64 * 1024;
const MOST_CERTIFICATES = 8;

/** In the order in which they are signed. */
const signedHeaders = [
  "x-eventbridge-signature-timestamp",
  "x-eventbridge-hash-method",
  "x-eventbridge-signature-version",
  "x-eventbridge-signature-url",
  "x-eventbridge-signature-token",
] as const;

/** PEM, by URL: they change seldom, and a call must not wait for a second one. */
export type Certificates = Map<string, string>;

const ofThisProcess: Certificates = new Map();

interface Options {
  certificates?: Certificates;
  /** Where a certificate is fetched instead of from its own host: only of a URL that was found right. */
  certificateUrl?: (url: URL) => string;
}

/** Null when it is not genuine or too old. Throws when the certificate could not be had: the vendor calls again. */
export async function readEventBridgeCall(
  call: VendorCall,
  signal: AbortSignal,
  { certificates = ofThisProcess, certificateUrl = (url) => url.href }: Options = {},
): Promise<CallbackNews | null> {
  const { headers } = call;
  const url = urlOfCertificate(headers["x-eventbridge-signature-url"]);
  const signature = headers["x-eventbridge-signature-v2"];
  // No address of one attempt is ever given to this vendor.
  if (call.isOfAttempt || !url || !signature || !isOfNow(call)) return null;
  if (headers["x-eventbridge-hash-method"] !== "SHA256") return null;
  if (headers["x-eventbridge-signature-version"] !== "1.0") return null;
  const known = certificates.get(url.href);
  if (known !== undefined && isSigned(call, signature, known)) return newsOf(call);
  // Not known yet, or another one by now.
  const pem = await fetchCertificate(certificateUrl(url), signal);
  if (!isSigned(call, signature, pem)) return null;
  if (certificates.size >= MOST_CERTIFICATES) certificates.clear();
  certificates.set(url.href, pem);
  return newsOf(call);
}

function urlOfCertificate(text = ""): URL | null {
  const url = URL.parse(text);
  if (url?.protocol !== "https:" || url.port !== "" || url.username !== "" || url.password !== "") return null;
  return certificateHost.test(url.hostname) ? url : null;
}

function isOfNow({ headers, receivedAt }: VendorCall): boolean {
  const text = headers["x-eventbridge-signature-timestamp"] ?? "";
  return /^\d{13}$/.test(text) && Math.abs(receivedAt - Number(text)) <= WINDOW_MS;
}

async function fetchCertificate(url: string, signal: AbortSignal): Promise<string> {
  const { status, body } = await openVendor({ method: "GET", url, headers: {}, signal });
  const pem = await textOf(body, MAX_CERTIFICATE_BYTES);
  if (status !== 200) throw new Error(`EventBridge's certificate could not be fetched (HTTP ${status})`);
  return pem;
}

/**
 * Vendor documentation: the URL as the vendor calls it, each header as `name: value`, and the body as it came, divided by line feeds. A target
 * without a token has no header for it.
 */
function isSigned({ url, headers, body }: VendorCall, signature: string, pem: string): boolean {
  const present = signedHeaders.filter((name) => headers[name] !== undefined);
  const lines = [url, ...present.map((name) => `${name}: ${headers[name]}`), ""];
  const signed = Buffer.concat([Buffer.from(lines.join("\n")), body]);
  try {
    return verify("RSA-SHA256", signed, new X509Certificate(pem).publicKey, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}

function newsOf({ body }: VendorCall): CallbackNews {
  const event = parsed(Buffer.from(body).toString());
  const isOurs = textAt(event, "source") === "acs.dashscope";
  const isEnd = textAt(event, "type") === "dashscope:System:AsyncTaskFinish";
  const taskId = textAt(event, "data", "task_id");
  return { taskIds: isOurs && isEnd && taskId ? [taskId] : [] };
}
