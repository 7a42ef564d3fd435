import { expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { catalogue, type ErrorType } from "../../shared/errors/catalogue.ts";

test("each type has its status and says whether trying again can help", () => {
  const table = Object.entries(catalogue).map(([type, { status, retryable }]) => [type, status, retryable]);
  expect(table).toEqual([
    ["invalid_request", 400, false],
    ["unauthenticated", 401, false],
    ["insufficient_credits", 402, false],
    ["forbidden", 403, false],
    ["not_found", 404, false],
    ["method_not_allowed", 405, false],
    ["conflict", 409, false],
    ["too_late", 409, false],
    ["too_large", 413, false],
    ["unsupported_media_type", 415, false],
    ["idempotency_mismatch", 422, false],
    ["upgrade_required", 426, false],
    ["rate_limited", 429, true],
    ["unavailable", 503, true],
    ["storage_full", 507, true],
    ["internal", 500, true],
    ["provider_error", 500, true],
    ["moderation_blocked", 500, false],
    ["invalid_output", 500, true],
    ["fetch_refused", 500, false],
    ["fetch_failed", 500, true],
    ["deadline_exceeded", 500, true],
    ["provider_unknown", 500, false],
  ]);
});

test("each text is a sentence", () => {
  for (const { text } of Object.values(catalogue)) expect(text).toMatch(/^[A-Z].{8,}\.$|^[A-Z].*<token>\.$/);
});

test("an error without a message of its own has the catalogue's", () => {
  for (const type of Object.keys(catalogue) as ErrorType[]) {
    expect(new AppError(type).message).toBe(catalogue[type].text);
  }
});
