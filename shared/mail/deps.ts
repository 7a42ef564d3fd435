import type { MailConfig, MailLanguage } from "../config/mail.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Table } from "../ports/table.ts";

/** What queueing a mail needs. */
export interface QueueDeps {
  table: Table;
  clock: Clock;
  ids: Ids;
  log: Log;
}

/** What sending mails needs. Given by the runtime. */
export interface MailDeps extends QueueDeps {
  metrics: Metrics;
  jwtSecret: string;
  /** Null: no mail is sent. */
  mail: Mailing | null;
}

export interface Mailing extends Pick<MailConfig, "verifyUrl" | "resetUrl"> {
  /** What the service is called. */
  serviceName: string;
  post: Post;
}

export interface Message {
  /** The same at each try: who gets it twice may know it. */
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  language: MailLanguage;
}

/** Resolves once a server has taken it. Rejects with a `MailFailure`. */
export type Post = (message: Message, signal: AbortSignal) => Promise<void>;

/** `isFinal`: the server has refused this mail for good. Its words are not told: they may name the address. */
export class MailFailure extends Error {
  readonly isFinal: boolean;
  /** Ours and the server's, such as `EAUTH 535`. */
  readonly code: string;

  constructor(code: string, isFinal: boolean) {
    super(`The mail was not taken: ${code}`);
    this.code = code;
    this.isFinal = isFinal;
  }
}
