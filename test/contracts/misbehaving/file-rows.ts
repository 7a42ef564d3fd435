// What goes wrong with the file itself.
import { readFileSync } from "node:fs";
import { tinyPng } from "../../jobs/tiny-png.ts";
import { always, completed, failed, once, type Row, type RowsOf } from "./rows.ts";
import type { MisbehavingSetup } from "./setup.ts";

const video = readFileSync(new URL("../../media/fixtures/faststart.mp4", import.meta.url));
const page = Buffer.from("<!doctype html><title>This link has expired</title>");
const text = Buffer.from("Request has expired");

/** Three attempts, and no more. */
const notAFile = [1, 2, 3].map((starts) => failed("invalid_output", starts));

export const fileRows: RowsOf = (setup) => (setup.files === "url" ? urlRows(setup) : answerRows(setup));

function urlRows({ request, succeedsAt }: MisbehavingSetup): Row[] {
  const isImage = request.path === "/ai/generate-image";
  // A task has a fresh URL; where the start itself has brought it, there is no other one.
  const again = succeedsAt === "check" ? [completed(1)] : [completed(2)];
  const wrong = (bytes: Uint8Array, type: string) =>
    always("file", { status: 200, headers: { "content-type": type }, body: bytes });
  const redirect = (location: string) => always("file", { status: 302, headers: { location } });
  return [
    {
      name: "an expired URL, then a fresh one",
      troubles: once("file", { status: 403, body: "expired" }),
      endings: () => again,
      files: [2],
    },
    { name: "the file is cut", troubles: once("file", "cut body", "after"), endings: () => again, files: [2] },
    {
      name: "the file leads to a private address",
      troubles: redirect("http://10.0.0.1/secret.png"),
      endings: () => [failed("fetch_refused")],
      files: [1],
    },
    {
      name: "the file leads to the cloud's credentials",
      troubles: redirect("http://100.100.100.200/latest/meta-data/"),
      endings: () => [failed("fetch_refused")],
      files: [1],
    },
    { name: "HTML as the file", troubles: wrong(page, "image/png"), endings: () => notAFile },
    { name: "text as the file", troubles: wrong(text, "text/plain"), endings: () => notAFile },
    isImage
      ? { name: "a video instead of a picture", troubles: wrong(video, "image/png"), endings: () => notAFile }
      : { name: "a picture instead of a video", troubles: wrong(tinyPng, "video/mp4"), endings: () => notAFile },
  ];
}

function answerRows({ request, succeedsAt, resultKind = succeedsAt, says }: MisbehavingSetup): Row[] {
  const { holding } = says;
  if (!holding) throw new Error("a vendor whose answers hold files must say how such an answer looks");
  const [right, rightType, other, otherType] =
    request.path === "/ai/generate-image"
      ? ([tinyPng, "image/png", video, "video/mp4"] as const)
      : ([video, "video/mp4", tinyPng, "image/png"] as const);
  const wrong = (bytes: Uint8Array, type: string) => always(resultKind, holding(bytes, type));
  // What is no file is perhaps no answer of the vendor's API either: then nobody asks again.
  const endings = () => (succeedsAt === "start" ? [...notAFile, failed("provider_unknown")] : notAFile);
  return [
    { name: "half a file", troubles: wrong(right.subarray(0, right.length / 2), rightType), endings },
    { name: "HTML as the file", troubles: wrong(page, "text/html"), endings },
    { name: "text as the file", troubles: wrong(text, "text/plain"), endings },
    { name: "a file of another kind", troubles: wrong(other, otherType), endings },
  ];
}
