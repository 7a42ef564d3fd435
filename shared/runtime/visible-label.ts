// The label that everybody can see, as the settings have it: who gets it, and whether it can be drawn into films.
import type { Config } from "../config/config.ts";
import type { VisibleLabelSettings } from "../jobs/asking/visible-label.ts";
import type { Ffmpeg } from "../providers/ffmpeg/find.ts";

/** GB 45438-2025 demands the label that everybody can see; elsewhere it is the operator's wish. */
export function visibleLabelSettings({ labels }: Config, ffmpeg: Pick<Ffmpeg, "find">): VisibleLabelSettings {
  const { profile, marksImports, visible } = labels;
  return {
    ...visible,
    marksImports,
    isRequired: profile === "cn" || profile === "all",
    filmsLack: () => (ffmpeg.find() === null ? NO_FFMPEG : null),
  };
}

const NO_FFMPEG =
  "the visible label is drawn into videos by ffmpeg, and none with libx264 is found. Install it where jobs run, and set FFMPEG_PATH to its absolute path; or set LABEL_VISIBLE to image.";
