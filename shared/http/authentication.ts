// Who calls: a bearer token, checked together with the profile as it is now.
import { AppError } from "../errors/app-error.ts";
import { authenticate } from "../users/authenticate.ts";
import { takeRequest } from "./limits.ts";
import type { HttpMiddleware } from "./middleware.ts";

export type Auth = "none" | "user" | "admin";

/** Who is refused is counted before they are told: guessing tokens costs the address, and trying doors the user. */
export function authentication(auth: "user" | "admin"): HttpMiddleware {
  return {
    async before({ event, context }) {
      const token = bearerToken(event.headers.authorization);
      const user = token === null ? null : await authenticate(context.deps, token);
      if (!user) {
        await takeRequest(context, { address: event.remoteAddress });
        // RFC 9110, 15.5.2: a 401 says which scheme would do.
        throw new AppError("unauthenticated", { headers: { "www-authenticate": "Bearer" } });
      }
      if (auth === "admin" && user.role !== "admin") {
        await takeRequest(context, { userId: user.id });
        throw new AppError("forbidden");
      }
      context.user = user;
    },
  };
}

function bearerToken(header: string | undefined): string | null {
  return /^bearer +([\w.~+/-]+=*)$/i.exec(header ?? "")?.[1] ?? null;
}
