// EventBridge's calls as its HTTP targets get them: a complete event, signed with the key of a certificate that is served beside the API.
// Typed from documentation: the body from the vendor's, the signature from what independent verifiers agree upon.
import { randomUUID, sign } from "node:crypto";
import { createRsaCertificate } from "../certificate.ts";

export const certificatePath = "/certificates/eventbridge.pem";

export interface SignedCall {
  headers: Record<string, string>;
  body: Buffer;
}

export interface EventOptions {
  /** Epoch milliseconds. */
  at: number;
  /** What the operator has set at the target; absent when nothing. */
  token?: string;
  certificateUrl?: string;
  /** Instead of what a finished task says. */
  event?: Readonly<Record<string, unknown>>;
}

export function createEventBridge() {
  let made: { cert: string; key: string } | undefined;
  /** At its first use: an RSA key takes its time. */
  const pair = () => (made ??= createRsaCertificate("cn-beijing-eventbridge.oss-accelerate.aliyuncs.com"));
  const ownUrl = "https://cn-beijing-eventbridge.oss-accelerate.aliyuncs.com/x509_public_certificate.pem";
  return {
    certificate: () => pair().cert,
    /** Of a call to `url` about that task. */
    signedCall(url: string, taskId: string, { at, token, certificateUrl = ownUrl, event }: EventOptions): SignedCall {
      const body = Buffer.from(JSON.stringify(event ?? finished(taskId, at)));
      const headers = {
        "x-eventbridge-signature-timestamp": String(at),
        "x-eventbridge-hash-method": "SHA256",
        "x-eventbridge-signature-version": "1.0",
        "x-eventbridge-signature-url": certificateUrl,
        ...(token !== undefined && { "x-eventbridge-signature-token": token }),
      };
      const lines = [url, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), ""].join("\n");
      const signature = sign("RSA-SHA256", Buffer.concat([Buffer.from(lines), body]), pair().key).toString("base64");
      return { headers: { ...headers, "x-eventbridge-signature-v2": signature }, body };
    },
  };
}

/** Vendor documentation, completion events: sent for success and failure, without the result. */
function finished(taskId: string, at: number) {
  const time = new Date(at).toISOString();
  return {
    datacontenttype: "application/json;charset=utf-8",
    aliyunaccountid: "xxxxx",
    aliyunpublishtime: time,
    data: {
      start_time: "2026-11-25 09:45:09",
      user_api_unique_key: "apikey:v1:aigc:image-generation:generation:wan2.6-t2i",
      task_status: "SUCCEEDED",
      contain_result: false,
      end_time: "2026-11-25 09:45:16",
      task_id: taskId,
      region: "cn-beijing",
      request_id: randomUUID(),
      api_key_id: "1250",
    },
    aliyunoriginalaccountid: "xxxxxxxx",
    specversion: "1.0",
    aliyuneventbusname: "default",
    id: randomUUID(),
    source: "acs.dashscope",
    time,
    aliyunregionid: "cn-beijing",
    type: "dashscope:System:AsyncTaskFinish",
  };
}
