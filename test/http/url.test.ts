// One limit for every URL that a request may have.
import { expect, test } from "vitest";
import { imageRequest } from "../../shared/http/requests/image.ts";
import { quoteRequest } from "../../shared/http/requests/quote.ts";
import { videoRequest } from "../../shared/http/requests/video.ts";

const files: [name: string, problem: (url: string) => string | undefined][] = [
  ["imageUrl", (url) => problemOf(imageRequest.safeParse({ imageUrl: url }))],
  ["videoUrl", (url) => problemOf(videoRequest.safeParse({ videoUrl: url }))],
  ["imageUrl of a quote", (url) => problemOf(quoteRequest.safeParse({ imageUrl: url }))],
  ["inputs.url", (url) => problemOf(imageRequest.safeParse({ prompt: "x", inputs: [{ url }] }))],
];

const places: typeof files = [
  ...files,
  ["webhookUrl", (url) => problemOf(imageRequest.safeParse({ prompt: "x", webhookUrl: url }))],
];

const ofLength = (count: number, character = "a") => "https://example.com/".concat(character.repeat(count - 20));

test.each(places)("%s has up to 4096 characters, however many bytes these are", (_, problem) => {
  for (const character of ["a", "图", "😀"]) {
    expect(problem(ofLength(4096, character))).toBeUndefined();
    expect(problem(ofLength(4097, character))).toBe("must have at most 4096 characters");
  }
});

test.each(files)("%s has no limit of its own when the file is in it", (_, problem) => {
  for (const scheme of ["data:", "DATA:", " \ndata:"]) {
    expect(problem(`${scheme}image/png;base64,${"A".repeat(10_000)}`)).toBeUndefined();
  }
  expect(problem(`https://example.com/data:${"A".repeat(10_000)}`)).toBe("must have at most 4096 characters");
});

interface Parsed {
  error?: { issues: { message: string; errors?: { message: string }[][] }[] } | undefined;
}

function problemOf({ error }: Parsed): string | undefined {
  const [issue] = error?.issues ?? [];
  return issue?.errors?.flat().find(({ message }) => message.startsWith("must have"))?.message ?? issue?.message;
}
