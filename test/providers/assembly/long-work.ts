// Run as a process of its own, to be killed: assembles a minute of film, and tells when it is at work.
import { createReadStream } from "node:fs";
import { createAssemblyProvider } from "../../../shared/providers/assembly/provider.ts";

const [, , temporaryFolder = "", picture = "", ffmpegPath = ""] = process.argv;
const size = { width: 1280, height: 720 };
const none = { sha256: "", width: null, height: null, durationMs: null };
await createAssemblyProvider({ temporaryFolder, ffmpegPath }).open(
  { kind: "stream", data: { make: "pan" } },
  {
    ...{ type: "video", operation: "generate", model: "pan", prompt: "", n: 1 },
    assembly: { make: "pan", picture: 0, size, durationMs: 60_000, motion: "in", fit: "cover" },
    inputs: [{ ...none, key: "still", type: "image", contentType: "image/png", size: 1 }],
  },
  {
    ...{ reference: "job-1", signal: new AbortController().signal, progress: () => process.send?.("at work") },
    inputs: { open: async () => createReadStream(picture), url: async () => "" },
  },
);
