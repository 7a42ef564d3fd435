// Content Moderation 2.0 of Alibaba Cloud over HTTP: signatures, replays and limits checked; pictures are fetched. Typed from
// https://help.aliyun.com/en/document_detail/2862201.html and https://help.aliyun.com/en/document_detail/2671445.html
import { randomUUID } from "node:crypto";
import { type Reply, startVendorServer, type VendorRequestSeen } from "../vendor/vendor-server.ts";
import { reasonAgainst } from "./acs3.ts";
import { type Asked, isJpeg, type ModerationServer, type Said } from "./server.ts";

const risks = { allow: "none", review: "medium", block: "high" } as const;

export interface AliyunModeration extends ModerationServer {
  key: { accessKeyId: string; accessKeySecret: string };
  /** Which services were named, with each check. */
  services: string[];
}

export async function startAliyunModeration(): Promise<AliyunModeration> {
  const key = { accessKeyId: "LTAITEST", accessKeySecret: "secret/1+" };
  const asked: Asked[] = [];
  const services: string[] = [];
  const nonces = new Set<string>();

  async function answer(request: VendorRequestSeen): Promise<Reply> {
    const { headers, body, method, path } = request;
    const against = reasonAgainst(request, key);
    if (against !== null) return ofGateway(400, against);
    const nonce = headers["x-acs-signature-nonce"] ?? "";
    if (nonces.has(nonce)) return ofGateway(400, "SignatureNonceUsed");
    nonces.add(nonce);
    const action = headers["x-acs-action"];
    if (method !== "POST" || path !== "/" || headers["x-acs-version"] !== "2022-03-02")
      return ofGateway(404, "InvalidVersion");
    const form = new URLSearchParams(body.toString());
    services.push(form.get("Service") ?? "");
    const parameters = JSON.parse(form.get("ServiceParameters") ?? "{}");
    if (action === "ImageModeration") return ofPicture(parameters.imageUrl);
    if (action !== "TextModerationPlus") return ofGateway(404, "InvalidAction.NotFound");
    // "content ... at most 2,000 characters".
    const isFine = typeof parameters.content === "string" && [...parameters.content].length <= 2000;
    return isFine ? found({ text: parameters.content }) : ofService(400, "BAD_REQUEST");
  }

  async function ofPicture(url: string): Promise<Reply> {
    const picture = await fetch(url).catch(() => null);
    if (!picture?.ok) return ofService(404, "NOT_FOUND");
    const image = Buffer.from(await picture.arrayBuffer());
    return isJpeg(image) ? found({ image }) : ofService(400, "BAD_REQUEST");
  }

  function found(part: Asked): Reply {
    asked.push(part);
    const { verdict, categories } = server.says(part);
    const labels = categories.map((Label) => ({
      Label,
      Confidence: 91.3,
      Description: "…",
      RiskLevel: risks[verdict],
    }));
    const Result = labels.length > 0 ? labels : [{ Label: "nonLabel" }];
    return {
      status: 200,
      body: { Code: 200, Msg: "OK", RequestId: randomUUID(), Data: { RiskLevel: risks[verdict], Result } },
    };
  }

  const vendor = await startVendorServer({ kindOf: (method) => (method === "POST" ? "check" : null), answer });
  const server: AliyunModeration = Object.assign(vendor, {
    ...{ key, asked, services, says: (): Said => ({ verdict: "allow", categories: [] }) },
    config: { service: "aliyun", url: vendor.url, ...key } as const,
  });
  return server;
}

export function ofGateway(status: number, Code: string): Reply {
  return {
    status,
    body: { Code, Message: "…", RequestId: randomUUID(), HostId: "green-cip.cn-shanghai.aliyuncs.com" },
  };
}

/** `Code` repeats what HTTP says. */
export function ofService(code: number, Msg: string): Reply {
  return { status: 200, body: { Code: code, Msg, RequestId: randomUUID() } };
}
