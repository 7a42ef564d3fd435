// Where an operator wants e-mail addresses verified before anything is made.
import { AppError } from "../errors/app-error.ts";
import type { User } from "./user.ts";

/** Throws `forbidden` for whoever has not verified theirs, there. */
export function requireVerified(
  { config }: { config: { readonly requireVerifiedEmail: boolean } },
  { verifiedAt }: Pick<User, "verifiedAt">,
): void {
  if (!config.requireVerifiedEmail || verifiedAt !== undefined) return;
  throw new AppError("forbidden", {
    message:
      "Verify your e-mail address first: open the mail that was sent to it, or have another one sent by POST /auth/send-verification.",
  });
}
