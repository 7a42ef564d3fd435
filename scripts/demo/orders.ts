// What the demo asks for: two pictures, a file to keep, and a video.
import { type Api, type Job, Refusal } from "./api.ts";
import type { SlowPicture } from "./slow-picture.ts";

export interface Order {
  title: string;
  job: Job;
}

export interface Orders {
  pictures: Order[];
  kept: Order;
  /** Where videos cannot be drawn on this machine: what is to be done about it. */
  video: Order | { advice: string };
}

export async function orderAll(api: Api, picture: SlowPicture): Promise<Orders> {
  const pictures: Order[] = [];
  for (const prompt of prompts) {
    pictures.push({ title: prompt, job: await api.generateImage({ prompt, provider: "sketch" }) });
  }
  const kept = { title: `keep ${picture.url}`, job: await api.generateImage({ imageUrl: picture.url }) };
  return { pictures, kept, video: await orderVideo(api) };
}

const prompts = ["春江潮水连海平，海上明月共潮生", "A lighthouse at dusk, the sea as calm as glass"];
const video = { prompt: "A train through the hills", provider: "sketch", durationSec: 5, resolution: "720p" };

/** A machine without ffmpeg breaks no promise; any other refusal is thrown. */
async function orderVideo(api: Api): Promise<Orders["video"]> {
  const title = `${video.durationSec} s of video: ${video.prompt}`;
  try {
    return { title, job: await api.generateVideo(video) };
  } catch (error) {
    const problems = error instanceof Refusal && error.status === 400 ? error.problems : [];
    const [advice, ...others] = problems;
    if (advice?.includes("FFMPEG_PATH") && others.length === 0) return { advice };
    throw error;
  }
}
