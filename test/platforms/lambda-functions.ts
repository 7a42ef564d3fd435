// Lambda functions of a few lines, which go with the test file.
import { afterAll } from "vitest";
import type { FrontDoor } from "../servers/lambda/http-events.ts";
import { type LambdaFunction, type LambdaOptions, startLambda } from "../servers/lambda/instance.ts";
import { packageOf } from "./packages.ts";

const ends: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

export async function lambdaOf(source: string, options: Partial<LambdaOptions> = {}): Promise<LambdaFunction> {
  const folder = await packageOf(source, (end) => ends.push(end));
  const started = await startLambda({ folder, timeoutSeconds: 30, ...options });
  ends.push(() => started.close());
  return started;
}

export async function closing(starting: Promise<FrontDoor>): Promise<FrontDoor> {
  const started = await starting;
  ends.push(() => started.close());
  return started;
}

/** Does what its event or query says. */
export const plain = `
const forever = () => new Promise(() => setInterval(() => {}, 1000));
let count = 0;
export const handler = async (event, context) => {
  const query = event.queryStringParameters ?? event;
  if (query.do === "throw") throw new TypeError("as it was told");
  if (query.do === "exit") process.exit(7);
  if (query.do === "never") return forever();
  if (query.do === "crash") { setImmediate(() => { throw new Error("out of the blue"); }); return forever(); }
  if (query.do === "large") return "x".repeat(7_000_000);
  if (query.do === "environment") return { environment: process.env, folder: process.cwd() };
  if (query.do === "wait") await (await fetch(query.gate)).text();
  if (query.do === "answer") return JSON.parse(event.body);
  return { count: ++count, event, remaining: context.getRemainingTimeInMillis(), arn: context.invokedFunctionArn };
};`;

export const streaming = `
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  const query = event.queryStringParameters ?? event;
  if (query.do === "throw first") throw new RangeError("before the first byte");
  if (query.do === "plain") { stream.setContentType("text/plain"); stream.write("no prelude"); return stream.end(); }
  const prelude = { statusCode: 201, headers: { "content-type": "text/event-stream" }, cookies: ["a=1", "b=2"] };
  const out = awslambda.HttpResponseStream.from(stream, prelude);
  if (query.do === "nothing") return out.end();
  if (query.do === "pipeline") return pipeline(Readable.from(["a", "b", "x".repeat(300_000)]), out);
  out.write("first\\n");
  await (await fetch(query.gate)).text();
  if (query.do === "throw later") throw new RangeError("in the middle");
  out.write("second\\n");
  out.end();
});`;
