// Whether the parts of a film can be put together here. Without an ffmpeg none comes to its end: that is said before it is paid for.
import { AppError } from "../../errors/app-error.ts";
import type { InputFile, OfferedProvider, ProviderRequest } from "../../ports/provider.ts";

/** Throws 400 with what `assembly` has to say, as a request for a video does. Where nobody puts films together there is nothing to ask. */
export function requireAssembly({ providers }: { providers: ReadonlyMap<string, OfferedProvider> }): void {
  const details = providers.get(ASSEMBLY)?.validate(aFrame) ?? [];
  const [first] = details;
  if (first) throw new AppError("invalid_request", { message: `${first.path}: ${first.message}`, details });
}

export const ASSEMBLY = "assembly";

const aClip: InputFile = {
  ...{ key: "", type: "video", size: 1_000_000, sha256: "", contentType: "video/mp4" },
  ...{ width: 1280, height: 720, durationMs: 1000 },
};

/** The least that is asked of it in any film. */
const aFrame: ProviderRequest = {
  ...{ type: "image", operation: "generate", model: "frame", prompt: "", n: 1 },
  ...{ inputs: [aClip], assembly: { make: "frame", clip: 0, atMs: null } },
};
