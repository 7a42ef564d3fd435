// For adapters of vendors that make nothing but pictures and videos: their list of models refuses everything else.
import type { MediaKind, VisualKind } from "../../ports/provider.ts";

/** Throws for what no model of such a vendor makes. */
export function visual(type: MediaKind): VisualKind {
  if (type !== "image" && type !== "video") throw new Error(`nothing of the type ${type} is made here`);
  return type;
}
