// What the document says of the whole, and of each group of routes.

export const introduction = {
  summary: "AI images, videos, sounds and short dramas that are kept, charged once, and never stuck.",
  description: [
    'Success is `{"code":0,"message":"success","data":…}`, failure the HTTP status and the error envelope.',
    "Keys of requests may also be written in snake_case; unknown ones are refused.",
    "Ids are lower-case UUIDv7, times ISO 8601 in UTC, credits whole numbers.",
    "A job reads as ended only when its credits are captured or given back.",
    "Programs that speak to OpenAI find its images, audio/speech, models and videos below `/openai/v1`, in its shapes, which are not described here.",
  ].join(" "),
};

/** By the first part of a path; a group without its line here is described by that. */
export const tagDescriptions: Readonly<Record<string, string>> = {
  service: "The server itself, and this reference.",
  auth: "Registering and logging in: both give a token. Forgotten passwords, where mail is sent.",
  users: "Whose token it is.",
  credits: "The balance, its ledger, and what adds to it: codes, and orders where credits are sold.",
  admin: "For administrators.",
  uploads: "Pictures of one's own, sent straight to the store, to work on.",
  ai: "Asking for pictures, films, sounds and texts, and what there is to ask.",
  events: "What happens to all of one's own, live.",
  jobs: "What was asked for, until it is there and after.",
  webhooks: "Being told how a job ended, and being told by others.",
  verify: "Which labels a file carries.",
  projects: "Short dramas: their scenes, characters and settings.",
  productions: "Films that are being made of a project.",
};
