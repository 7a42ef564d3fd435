// A way into the product that the API does not offer: what the script does when a user is to be deleted, in the process that may die of it.
import { ok } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { deleteUser } from "../../shared/users/delete-user.ts";
import { anything } from "../http/functions.ts";

export const deleteUserEntry = anything("POST", "/crash/delete-user", async ({ body }) =>
  ok(await deleteUser(requestRuntime(), String(body.email))),
);
