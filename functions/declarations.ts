// Every function once: what calls it, and what it may use.
import type { Declaration } from "../shared/events/declaration.ts";
import { tempOutputPrefix, ticketPrefix } from "../shared/media/keys.ts";

export const declarations: readonly Declaration[] = [
  {
    name: "health",
    trigger: { type: "http", method: "GET", path: "/health" },
    memoryMb: 256,
    timeoutSeconds: 10,
    load: () => import("./http/health.ts"),
  },
  {
    name: "register",
    trigger: { type: "http", method: "POST", path: "/auth/register" },
    memoryMb: 512,
    timeoutSeconds: 15,
    load: () => import("./http/register.ts"),
  },
  {
    name: "login",
    trigger: { type: "http", method: "POST", path: "/auth/login" },
    memoryMb: 512,
    timeoutSeconds: 15,
    load: () => import("./http/login.ts"),
  },
  {
    name: "get-me",
    trigger: { type: "http", method: "GET", path: "/users/me" },
    memoryMb: 256,
    timeoutSeconds: 10,
    load: () => import("./http/get-me.ts"),
  },
  {
    name: "update-me",
    trigger: { type: "http", method: "PUT", path: "/users/me" },
    memoryMb: 512,
    timeoutSeconds: 15,
    load: () => import("./http/update-me.ts"),
  },
  {
    name: "run-job",
    trigger: { type: "object-created", prefix: ticketPrefix },
    memoryMb: 512,
    timeoutSeconds: 900,
    load: () => import("./storage/run-job.ts"),
  },
  {
    name: "persist-output",
    trigger: { type: "object-created", prefix: tempOutputPrefix },
    memoryMb: 256,
    timeoutSeconds: 300,
    load: () => import("./storage/persist-output.ts"),
  },
  {
    name: "poll-tasks",
    trigger: { type: "timer", everySeconds: 60 },
    memoryMb: 512,
    timeoutSeconds: 900,
    load: () => import("./timer/poll-tasks.ts"),
  },
  {
    name: "purge-temp",
    trigger: { type: "timer", everySeconds: 3600 },
    memoryMb: 256,
    timeoutSeconds: 900,
    load: () => import("./timer/purge-temp.ts"),
  },
];
