// OpenAI's images over HTTP, as its documentation and its own client describe them. Answers are typed from documentation, none is recorded.
import { randomUUID } from "node:crypto";
import { tinyPng } from "../../jobs/tiny-png.ts";
import { sampleFile } from "../vendor/sample-files.ts";
import { type Reply, startVendorServer, type VendorRequestSeen, type VendorServer } from "../vendor/vendor-server.ts";
import { type Asked, askedOf, OpenaiError, speechOf } from "./asked.ts";

export interface OpenaiServer extends VendorServer {
  key: string;
  /** With the API's path, as an address of the operator's has it. */
  baseUrl: string;
  /** Every start that was understood, oldest first. */
  asked: Asked[];
  /** What the next starts answer instead of pictures; each is used once. */
  refuse(error: OpenaiError | Reply): void;
  /** From now on answers name URLs of the files, as gateways do. */
  useUrls(): void;
  /** What a picture is from now on. Default: a PNG of one pixel. */
  picture: Uint8Array;
}

export async function startOpenaiServer(): Promise<OpenaiServer> {
  const key = `sk-proj-${randomUUID()}`;
  const asked: Asked[] = [];
  const refusals: (OpenaiError | Reply)[] = [];
  let hasUrls = false;

  async function answer(request: VendorRequestSeen): Promise<Reply> {
    try {
      return await rightAnswer(request);
    } catch (error) {
      if (error instanceof OpenaiError) return error.reply;
      throw error;
    }
  }

  async function rightAnswer(request: VendorRequestSeen): Promise<Reply> {
    // Vendor documentation, authentication: a bearer key; without a good one 401 `invalid_api_key`.
    if (request.headers.authorization !== `Bearer ${key}`) {
      throw new OpenaiError(401, "Incorrect API key provided: sk-proj-****.", { code: "invalid_api_key" });
    }
    if (request.path === "/v1/models") return reply({ object: "list", data: [{ id: "gpt-image-2", object: "model" }] });
    if (kindOf(request.method, request.path) !== "start") {
      throw new OpenaiError(404, `Invalid URL (${request.method} ${request.path})`);
    }
    if (request.path === "/v1/audio/speech") return spoken(request);
    const order = await askedOf(request);
    const refusal = refusals.shift();
    if (refusal instanceof OpenaiError) throw refusal;
    if (refusal) return refusal;
    asked.push(order);
    return reply(pictures(order));
  }

  /** Vendor documentation, speech: the answer is the sound. */
  function spoken(request: VendorRequestSeen): Reply {
    const order = speechOf(request);
    const refusal = refusals.shift();
    if (refusal instanceof OpenaiError) throw refusal;
    if (refusal) return refusal;
    asked.push(order);
    return { status: 200, headers: { "content-type": "audio/mpeg" }, body: sampleFile("audio").bytes };
  }

  /** Vendor documentation, generations: GPT image models always answer base64, with what they used. */
  function pictures({ fields }: Asked): object {
    const data = Array.from({ length: Number(fields.n ?? 1) }, (_, index) => {
      if (!hasUrls) return { b64_json: Buffer.from(server.picture).toString("base64") };
      const file = { bytes: server.picture, contentType: "image/png" };
      return { url: server.addFile(`${asked.length}-${index}.png`, file), revised_prompt: null };
    });
    const usage = { total_tokens: 1100, input_tokens: 50, output_tokens: 1050 };
    const { size = "1024x1024", quality = "medium" } = fields;
    return { created: 1_713_833_628, data, background: "opaque", output_format: "png", size, quality, usage };
  }

  const vendor = await startVendorServer({ kindOf, answer });
  const server: OpenaiServer = Object.assign(vendor, {
    ...{ key, asked, picture: tinyPng, baseUrl: `${vendor.url}/v1` },
    refuse: (error: OpenaiError | Reply) => void refusals.push(error),
    useUrls: () => {
      hasUrls = true;
    },
  });
  return server;
}

function kindOf(method: string, path: string) {
  if (method === "POST" && /^\/v1\/(images\/(generations|edits)|audio\/speech)$/.test(path)) return "start";
  return method === "GET" && path === "/v1/models" ? "health" : null;
}

function reply(body: object): Reply {
  return { status: 200, headers: { "x-request-id": `req_${randomUUID()}` }, body };
}
