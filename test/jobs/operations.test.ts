// Each operation: what it needs, what it takes, and what a model is told.
import { describe, expect, it } from "vitest";
import { checkOperation, instructionOf } from "../../shared/jobs/asking/operations.ts";

const paths = (...call: Parameters<typeof checkOperation>) => checkOperation(...call).map(({ path }) => path);

describe("An operation is refused", () => {
  it.each([
    ["generate", { inputs: 0 }, ["prompt"]],
    ["generate", { prompt: "x", inputs: 0 }, []],
    ["generate", { prompt: "x", style: "s", enhancement: "e", inputs: 5 }, []],
    ["edit", { prompt: "x", inputs: 0 }, ["inputs"]],
    ["edit", { inputs: 0 }, ["inputs", "prompt"]],
    ["edit", { prompt: "x", inputs: 1 }, []],
    ["style_transfer", { inputs: 1 }, ["style"]],
    ["style_transfer", { style: "s", inputs: 0 }, ["inputs"]],
    ["style_transfer", { prompt: "x", inputs: 1 }, []],
    ["style_transfer", { inputs: 2 }, []],
    ["background_removal", { inputs: 1 }, []],
    ["background_removal", { style: "s", enhancement: "e", inputs: 0 }, ["style", "enhancement", "inputs"]],
    ["color_enhancement", { inputs: 1 }, []],
    ["color_enhancement", { enhancement: "vivid", inputs: 1 }, []],
    ["color_enhancement", { style: "s", inputs: 1 }, ["style"]],
  ] as const)("%s with %j: %j", (operation, words, wrong) => {
    expect(paths(operation, words)).toEqual(wrong);
  });
});

describe("A model is told", () => {
  it.each([
    ["generate", { prompt: "a lake", inputs: 2 }],
    ["edit", { prompt: "make it night", inputs: 1 }],
  ] as const)("nothing but the prompt where that says it all: %s", (operation, words) => {
    expect(instructionOf(operation, words)).toBeUndefined();
  });

  it.each([
    ["generate", { prompt: "a lake", style: "ink", inputs: 0 }, "a lake\nStyle: ink."],
    ["edit", { prompt: "night", enhancement: "cool", inputs: 1 }, "night\nColours and light: cool."],
    ["style_transfer", { style: "ink", inputs: 1 }, /another style.*\nStyle: ink\.$/],
    ["style_transfer", { inputs: 2 }, /\nStyle: that of the second picture\.$/],
    ["style_transfer", { prompt: "as a woodcut", inputs: 1 }, /\nas a woodcut$/],
    ["background_removal", { inputs: 1 }, /^Remove the background.*transparent/],
    ["background_removal", { prompt: "keep the cat", inputs: 1 }, /\nkeep the cat$/],
    ["color_enhancement", { enhancement: "vivid", inputs: 1 }, /^Improve the colours.*\nColours and light: vivid\.$/],
  ] as const)("the operation in words, with the prompt as it was written: %s %j", (operation, words, told) => {
    expect(instructionOf(operation, words)).toMatch(told);
  });
});
