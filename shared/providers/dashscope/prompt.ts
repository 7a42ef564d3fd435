// What the models are told in words, and the few parameters that say a part of it instead.
import type { ProviderRequest } from "../../ports/provider.ts";

/** Vendor documentation, wanx-v1: its parameter `style`, by the words that ask for one. */
const styles: Readonly<Record<string, string>> = {
  photography: "<photography>",
  photo: "<photography>",
  anime: "<anime>",
  "3d cartoon": "<3d cartoon>",
  "oil painting": "<oil painting>",
  watercolor: "<watercolor>",
  watercolour: "<watercolor>",
  sketch: "<sketch>",
  "chinese painting": "<chinese painting>",
  "flat illustration": "<flat illustration>",
};

/** Undefined for other models, and for styles that have to be said in words. */
export function styleParameter({ model, style }: ProviderRequest): string | undefined {
  const name = style?.trim().toLowerCase() ?? "";
  return model === "wanx-v1" && Object.hasOwn(styles, name) ? styles[name] : undefined;
}

/** Vendor documentation, wanx2.1-imageedit: what it does is a function; its prompt then says the style, or what to change. */
export function editFunction({ operation }: ProviderRequest): "stylization_all" | "description_edit" {
  return operation === "style_transfer" ? "stylization_all" : "description_edit";
}

export function textFor(request: ProviderRequest): string {
  const { model, operation, prompt, instruction, style, enhancement } = request;
  if (styleParameter(request) !== undefined && enhancement === undefined) return prompt;
  if (model === "wanx2.1-imageedit" && operation === "style_transfer") {
    return [style, prompt, enhancement].filter(Boolean).join("\n");
  }
  return instruction ?? prompt;
}
