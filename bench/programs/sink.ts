// A store that keeps nothing: it answers uploads in parts as OSS and S3 do, and knows of the latest one how long it was and its CRC-32.
// It checks no signature: who measures must not be the slowest.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { crc32 } from "node:zlib";
import { answering } from "../answering.ts";
import { portOf } from "../origins.ts";

export interface Sink {
  port: number;
  /** Of the latest upload that was completed; null before the first one. */
  kept: Kept | null;
}

export interface Kept {
  bytes: number;
  crc32: number;
  /** Requests, the first and the last of the upload among them. */
  requests: number;
}

const server = createServer((request, response) => {
  serve(request, response).catch((error) => response.destroy(error));
});
server.listen(0, "127.0.0.1");
const isListening = once(server, "listening");

let upload = { bytes: 0, crc32: 0, requests: 0, parts: 0 };
let kept: Kept | null = null;

answering(async (_: object): Promise<Sink> => {
  await isListening;
  return { port: portOf(server), kept };
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { searchParams: query } = new URL(request.url ?? "", "http://sink");
  upload.requests += 1;
  if (request.method === "HEAD") return void response.writeHead(404).end();
  if (request.method === "POST" && query.has("uploads")) return begin(request, response);
  if (request.method === "PUT" && query.has("partNumber")) return takePart(request, response, query);
  if (request.method === "POST" && query.has("uploadId")) return complete(request, response);
  response.writeHead(501).end();
}

async function begin(request: IncomingMessage, response: ServerResponse): Promise<void> {
  for await (const _ of request);
  upload = { bytes: 0, crc32: 0, requests: upload.requests, parts: 0 };
  sendXml(response, "InitiateMultipartUploadResult", { UploadId: "upload" });
}

/** One after the other, as both adapters send them: the sum is of what the parts are together. */
async function takePart(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
  const number = Number(query.get("partNumber"));
  if (number !== ++upload.parts) throw new Error(`Part ${number} came as the ${upload.parts}th.`);
  for await (const chunk of request as AsyncIterable<Buffer>) {
    upload.bytes += chunk.length;
    upload.crc32 = crc32(chunk, upload.crc32);
  }
  response.writeHead(200, { etag: `"${number}"`, "content-length": 0 }).end();
}

async function complete(request: IncomingMessage, response: ServerResponse): Promise<void> {
  for await (const _ of request);
  const { bytes, crc32, requests } = upload;
  kept = { bytes, crc32, requests };
  upload = { bytes: 0, crc32: 0, requests: 0, parts: 0 };
  sendXml(response, "CompleteMultipartUploadResult", { Bucket: "bench", Key: "film", ETag: '"whole"' });
}

function sendXml(response: ServerResponse, name: string, fields: Record<string, string>): void {
  const inner = Object.entries(fields).map(([field, value]) => `<${field}>${value}</${field}>`);
  const xml = `<?xml version="1.0" encoding="UTF-8"?><${name}>${inner.join("")}</${name}>`;
  const headers = { "content-type": "application/xml", "content-length": Buffer.byteLength(xml), etag: '"whole"' };
  response.writeHead(200, headers).end(xml);
}
