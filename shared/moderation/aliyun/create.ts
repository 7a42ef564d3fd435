// Alibaba Cloud's Content Moderation 2.0, version 2022-03-02: pictures by their URL, words by themselves.
// https://help.aliyun.com/en/document_detail/2862201.html and https://help.aliyun.com/en/document_detail/2671445.html
import { randomUUID } from "node:crypto";
import type { ModerationConfig } from "../../config/moderation.ts";
import type { Finding, Moderation, Verdict } from "../../ports/moderation.ts";
import { callVendor, type VendorAnswer } from "../../providers/calling/call-vendor.ts";
import { listAt, numberAt, textAt } from "../../providers/calling/json.ts";
import { forOperator, later, noFinding } from "../failures.ts";
import { named, type Part, together, worstOf } from "../worst.ts";
import { signed } from "./sign.ts";

const VERSION = "2022-03-02";
/** Of the content, for the services that look at prompts; a part more, so that nothing hides where two pieces meet. */
const MOST_CHARACTERS = 2000;
const OVERLAP = 100;

export function create(config: ModerationConfig): Moderation {
  const url = config.url ?? `https://green-cip.${config.region}.aliyuncs.com`;
  const key = { accessKeyId: config.accessKeyId ?? "", accessKeySecret: config.accessKeySecret ?? "" };

  async function ask(action: string, service: string, parameters: object, signal: AbortSignal): Promise<Finding> {
    const form = { Service: service, ServiceParameters: JSON.stringify(parameters) };
    const body = new URLSearchParams(form).toString();
    const call = { host: new URL(url).host, action, version: VERSION, body, at: new Date(), nonce: randomUUID() };
    // `fetch` writes the same host itself.
    const { host: _, ...headers } = signed(key, call);
    return findingOf(await callVendor({ method: "POST", url: `${url}/`, headers, body, signal }));
  }

  async function checkPart(part: Part, signal: AbortSignal): Promise<Finding> {
    if ("image" in part) {
      const parameters = { imageUrl: await part.image.url(), dataId: randomUUID() };
      return ask("ImageModeration", config.imageService, parameters, signal);
    }
    const findings: Finding[] = [];
    for (const content of piecesOf(part.text)) {
      findings.push(await ask("TextModerationPlus", config.textService, { content }, signal));
    }
    return together(findings);
  }

  return { id: "aliyun", check: (content, signal) => worstOf(content, signal, checkPart) };
}

function piecesOf(text: string): string[] {
  const characters = [...text];
  const pieces: string[] = [];
  for (let from = 0; from === 0 || from + OVERLAP < characters.length; from += MOST_CHARACTERS - OVERLAP) {
    pieces.push(characters.slice(from, from + MOST_CHARACTERS).join(""));
  }
  return pieces;
}

const verdictOf: Readonly<Record<string, Verdict>> = { none: "allow", low: "allow", medium: "review", high: "block" };

/** https://www.alibabacloud.com/help/en/content-moderation/latest/common-response-parameters: `Code` says what HTTP would. */
function findingOf(answer: VendorAnswer): Finding {
  const { json } = answer;
  const code = numberAt(json, "Code");
  // The gateway in front of the service has words instead.
  if (code === undefined) throw ofGateway(answer, textAt(json, "Code") ?? "");
  if (code !== 200) throw ofService(code);
  const verdict = verdictOf[(textAt(json, "Data", "RiskLevel") ?? "").toLowerCase()];
  if (verdict === undefined) throw later("aliyun's answer names no risk level");
  const labels = listAt(json, "Data", "Result").flatMap((result) => {
    const name = textAt(result, "Label") ?? "nonLabel";
    const confidence = numberAt(result, "Confidence");
    return name === "nonLabel" ? [] : [{ name, ...(confidence !== undefined && { score: confidence / 100 }) }];
  });
  return { verdict, categories: verdict === "allow" ? [] : named(labels) };
}

function ofGateway(answer: VendorAnswer, code: string) {
  if (/^(Throttling|ServiceUnavailable|InternalError)/.test(code)) return later(`aliyun answered ${code}`);
  return answer.status === 200 ? later("aliyun's answer says nothing") : noFinding("aliyun", answer, code);
}

/** It could not fetch the picture, has no quota left, or broke: all of that may pass. */
function ofService(code: number) {
  const mayPass = [401, 403, 404, 480, 588].includes(code) || code >= 500 || code < 300;
  const words = `aliyun answered with code ${code}`;
  return mayPass ? later(words) : forOperator(words);
}
