// What functions are given: each kind of function its own part of the runtime, and no more. Functions ask for it; nothing else does.
import type { Config } from "../config/config.ts";
import type { HttpDeps } from "../http/deps.ts";
import type { GenerationSettings } from "../jobs/asking/submit-generation.ts";
import type { JobDeps, PersistDeps, RequestDeps } from "../jobs/deps.ts";
import type { VerifyDeps } from "../labels/verify/verify.ts";
import type { Gate } from "../limits/gate.ts";
import type { RequestLimit } from "../limits/request-limit.ts";
import type { MailDeps } from "../mail/deps.ts";
import type { Payments } from "../payments/deps.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { ProductionAccounts } from "../productions/deps.ts";
import type { ProjectDeps } from "../projects/deps.ts";
import type { LookForUpload } from "../uploads/look-when-asked.ts";
import type { DeliveryKey } from "../webhooks/delivery.ts";
import type { WebhookDeps } from "../webhooks/deps.ts";

/** For functions that answer requests. */
export interface RequestRuntime extends HttpDeps, RequestDeps, ProjectDeps {
  config: Config;
  /** What nodes are paid from. */
  nodes: ProductionAccounts;
  generation: GenerationSettings;
  loginGate: Gate;
  /** Looks for the file of a pending upload where the process may read it; elsewhere the store's event does. */
  lookForUpload: LookForUpload;
  registrationLimit: RequestLimit;
  /** How many files an address may have looked into. */
  fileLimit: RequestLimit;
  /** Who we are in labels, and what reads manifests of C2PA here. */
  verifying: Pick<VerifyDeps, "us" | "readManifest">;
  /** How many mails a mailbox gets, and how many an address may ask for. */
  mailLimit: RequestLimit;
  mailAskingLimit: RequestLimit;
  /** Tries a mail now where the process lives on after its answer; elsewhere the timer does. Never throws, never waits. */
  mailSoon(id: string): void;
  /** What is sold, and by whom; null where credits are not. */
  payments: Payments | null;
  /** Where vendors reach the API; null when nobody has said it. */
  callbackBase: string | null;
  /** The operator's own, by which calls of a vendor about a whole account are known; by the vendor's id. */
  ownTokens: ReadonlyMap<string, string>;
  /** Tries a delivery now where the process lives on after its answer; elsewhere the timer does. Never throws, never waits. */
  deliverSoon(key: DeliveryKey): void;
}

/** For functions that look at objects and keep them. */
export type FilesRuntime = PersistDeps;

/** For the timer that delivers webhooks and mails. */
export interface DeliveryRuntime extends WebhookDeps, MailDeps {}

/** For functions that advance jobs. */
export interface JobRuntime extends JobDeps {
  nodes: ProductionAccounts;
  /** How long run-job stays with a job whose next step is not due yet. */
  stayMs: number;
  /** Jobs that a tick works on at the same time: with a file on its way each holds some 16 MB. */
  tickParallel: number;
}

/** All of it, for a process that runs every function. */
export interface Runtime extends RequestRuntime, FilesRuntime, DeliveryRuntime, JobRuntime {
  store: ObjectStore;
  nodes: ProductionAccounts;
  providers: JobDeps["providers"];
  close(): Promise<void>;
}

export const [requestRuntime, useRequestRuntime] = slot<RequestRuntime>();
export const [filesRuntime, useFilesRuntime] = slot<FilesRuntime>();
export const [deliveryRuntime, useDeliveryRuntime, lookForDeliveryRuntime] = slot<DeliveryRuntime>();
export const [jobRuntime, useJobRuntime] = slot<JobRuntime>();

/** Makes a runtime the one of this process, for functions of every kind. */
export function useRuntime(opened: Runtime): void {
  useRequestRuntime(opened);
  useFilesRuntime(opened);
  useDeliveryRuntime(opened);
  useJobRuntime(opened);
}

/** Asking for it, saying what it is from now on, and looking whether there is one. */
function slot<T>(): [get: () => T, use: (opened: T) => void, look: () => T | null] {
  let current: T | null = null;
  const get = () => {
    if (current === null) throw new Error("no runtime was opened in this process");
    return current;
  };
  const use = (opened: T) => {
    current = opened;
  };
  return [get, use, () => current];
}
