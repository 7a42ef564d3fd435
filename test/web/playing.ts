// Whether a film in a page plays.
interface Video {
  muted: boolean;
  currentTime: number;
  videoWidth: number;
  play(): Promise<void>;
  addEventListener(name: string, heard: () => void): void;
}

/** Runs in the page. Muted, as browsers want it; some moments later it is somewhere else. */
export async function play(element: unknown) {
  const video = element as Video;
  video.muted = true;
  await video.play();
  const from = video.currentTime;
  await new Promise<void>((resolve) =>
    video.addEventListener("timeupdate", () => {
      if (video.currentTime > from) resolve();
    }),
  );
  return { hasMoved: video.currentTime > from, width: video.videoWidth };
}
