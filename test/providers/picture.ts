// What is the same of every picture that a job is given.
import type { InputFile } from "../../shared/ports/provider.ts";

export const picture = { type: "image", sha256: "", durationMs: null } as const satisfies Partial<InputFile>;
