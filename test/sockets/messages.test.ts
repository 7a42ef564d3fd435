import { expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { readMessage } from "../../shared/sockets/messages.ts";

test.each([
  ['{"type":"shout"}', "type", "must be one of follow, ping"],
  ["{}", "type", "must be one of follow, ping"],
  ["[", "", "must be an object, not null"],
  ['{"type":"follow","token":1}', "token", "must be a string, not a number"],
  ['{"type":"follow","token":"t","loud":true}', "", "may not have loud beside the rest"],
])("%s is refused in words that say what to write", (text, path, message) => {
  expect(refusal(text)).toMatchObject({ type: "invalid_request", details: [{ path, message }] });
});

function refusal(text: string): unknown {
  try {
    return readMessage(text);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
