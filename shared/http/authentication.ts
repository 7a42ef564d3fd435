// Who calls: a bearer token, checked together with the profile as it is now.
import { AppError } from "../errors/app-error.ts";
import { authenticate } from "../users/authenticate.ts";
import type { HttpMiddleware } from "./middleware.ts";

export type Auth = "none" | "user" | "admin";

export function authentication(auth: "user" | "admin"): HttpMiddleware {
  return {
    async before({ event, context }) {
      const token = bearerToken(event.headers.authorization);
      const user = token === null ? null : await authenticate(context.deps, token);
      // RFC 9110, 15.5.2: a 401 says which scheme would do.
      if (!user) throw new AppError("unauthenticated", { headers: { "www-authenticate": "Bearer" } });
      if (auth === "admin" && user.role !== "admin") throw new AppError("forbidden");
      context.user = user;
    },
  };
}

function bearerToken(header: string | undefined): string | null {
  return /^bearer +([\w.~+/-]+=*)$/i.exec(header ?? "")?.[1] ?? null;
}
