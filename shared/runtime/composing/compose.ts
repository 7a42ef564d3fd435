// The composition root: each part of the runtime from its ports and the settings.
import { hkdfSync } from "node:crypto";
import type { Config } from "../../config/config.ts";
import { ConfigError } from "../../config/config-error.ts";
import { createAccountChanges } from "../../credits/changes.ts";
import { planner } from "../../drama/planning/planner.ts";
import { videosLack } from "../../jobs/asking/visible-label.ts";
import type { CoreDeps, JobDeps, RequestDeps } from "../../jobs/deps.ts";
import { countStorage } from "../../jobs/money/count-storage.ts";
import { createSigner } from "../../labels/c2pa/sign.ts";
import { createLabels, type Labels } from "../../labels/label.ts";
import type { Us } from "../../labels/verify/label-marks.ts";
import type { ReadManifest } from "../../labels/verify/verdict.ts";
import type { FilmTools } from "../../labels/visible/films.ts";
import { createGate } from "../../limits/gate.ts";
import {
  createFileLimit,
  createMailAskingLimit,
  createMailLimit,
  createRegistrationLimit,
  createRequestLimit,
} from "../../limits/request-limit.ts";
import { createTurns } from "../../limits/turns.ts";
import { createVendorLimits } from "../../limits/vendor/vendor-limits.ts";
import { fetchForeign } from "../../media/fetch.ts";
import { parseTrustedHosts, type TrustedHosts } from "../../media/foreign-url.ts";
import { createThumbnails } from "../../media/thumbnail.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { Metrics } from "../../ports/metrics.ts";
import type { ObjectStore, RequestStore } from "../../ports/object-store.ts";
import type { OfferedProvider, Provider } from "../../ports/provider.ts";
import type { Table } from "../../ports/table.ts";
import { lookAtProject } from "../../productions/deleting/look-at-project.ts";
import { createProductionAccounts } from "../../productions/money/accounts.ts";
import { createProductionWork } from "../../productions/work.ts";
import { applyOutput } from "../../projects/apply-output.ts";
import { releaseTake } from "../../projects/takes.ts";
import { createFfmpeg, type Ffmpeg } from "../../providers/ffmpeg/find.ts";
import { runFfmpeg } from "../../providers/ffmpeg/run.ts";
import type { Tell } from "../../sockets/gateway/tell.ts";
import { forgetUser } from "../../users/delete-user.ts";
import { realClock, realIds } from "../real.ts";
import type { JobRuntime, RequestRuntime } from "../runtime.ts";
import { createMetrics } from "../telling/metrics.ts";
import { visibleLabelSettings } from "../visible-label.ts";
import { makingPlacesOf, thisMachine } from "./making-places.ts";
import { byId, requireOffered } from "./offered.ts";
import { ordersOf, paymentsOf } from "./orders.ts";

/** What every kind of function needs. */
export function composeCore(
  config: Config,
  parts: { table: Table; log: Log; metrics: Metrics; clock?: Clock | undefined },
): CoreDeps {
  const ports = { ...parts, clock: parts.clock ?? realClock, ids: realIds };
  const { leaseMs, maxOutputBytes, maxActiveJobs, maxActiveFreeJobs, maxStoredBytes, tempTtlMs, dryRunTtlMs } = config;
  const { productionParallel } = config;
  const { refusalsPerHour } = config.moderation;
  return {
    ...ports,
    changeAccount: createAccountChanges(ports),
    settings: {
      leaseMs,
      maxOutputBytes,
      maxActiveJobs,
      maxActiveFreeJobs,
      maxStoredBytes,
      tempTtlMs,
      dryRunTtlMs,
      refusalsPerHour,
      productionParallel,
    },
  };
}

/** In what the platform reads natively. On one machine nothing reads metrics: they are for whoever looks for them. */
export function metricsOf({ platform, logLevel }: Config): Metrics {
  const local = logLevel === "debug" ? "fields" : "none";
  const format = { aws: "emf", aliyun: "fields", local } as const;
  return createMetrics({ format: format[platform], clock: realClock });
}

interface RequestParts
  extends Pick<RequestRuntime, "jwtSecret" | "deliverSoon" | "mailSoon" | "lookForUpload" | "callbackBase">,
    Pick<RequestDeps, "announceEnding" | "handOver"> {
  store: RequestStore;
  providers: readonly OfferedProvider[];
  /** Where this process has one. Absent: FFMPEG_PATH says whether those that draw do. */
  ffmpeg?: Pick<Ffmpeg, "find">;
  /** Reads manifests of C2PA; absent where a function does not carry what can. */
  readManifest?: ReadManifest;
}

/** Throws ConfigError for settings that name what there is not. */
export function composeRequests(config: Config, core: CoreDeps, parts: RequestParts): RequestRuntime {
  const providers = byId(parts.providers);
  requireOffered(config, parts.providers);
  const { prices, isDryRun, defaultProvider, deadlineMs, fallbacks } = config;
  return {
    ...core,
    ...parts,
    config,
    providers,
    nodes: createProductionAccounts({ ...core, ...parts }),
    requestLimit: createRequestLimit(config.rateLimitPerMinute),
    countStorage,
    releaseTake,
    projectLimits: { maxProjects: config.maxProjects },
    ownTokens: ownTokensOf(config),
    payments: paymentsOf(config),
    mailLimit: createMailLimit(),
    mailAskingLimit: createMailAskingLimit(config.registrationsPerHour),
    registrationLimit: createRegistrationLimit(config.registrationsPerHour),
    fileLimit: createFileLimit(config.rateLimitPerMinute),
    verifying: { us: usOf(config, parts.jwtSecret), readManifest: parts.readManifest ?? null },
    loginGate: createGate(),
    generation: {
      ...{ prices, isDryRun, defaultProvider, deadlineMs, fallbacks, trustedHosts: readTrustedHosts(config) },
      visibleLabel: visibleLabelSettings(config, parts.ffmpeg ?? { find: () => config.ffmpegPath }),
    },
  };
}

interface JobParts
  extends Pick<JobRuntime, "stayMs" | "tickParallel" | "callbackUrl" | "moderation">,
    Pick<RequestDeps, "announceEnding" | "handOver"> {
  jwtSecret: string;
  store: ObjectStore;
  providers: readonly Provider[];
  /** Where connections are somebody else's to hold: tells them of what happens in productions. */
  tell?: Tell | undefined;
}

export function composeJobs(config: Config, core: CoreDeps, { jwtSecret, tell, ...parts }: JobParts): JobRuntime {
  const trusted = readTrustedHosts(config);
  const films = { ...createFfmpeg(config.ffmpegPath), run: runFfmpeg };
  const lack = videosLack(visibleLabelSettings(config, films));
  if (lack !== null) core.log.warn({}, lack);
  const nodes = createProductionAccounts({ ...core, ...parts });
  return {
    ...core,
    ...parts,
    nodes,
    productions: createProductionWork({ planner, nodes, tell }),
    providers: byId(parts.providers),
    turns: createTurns(makingPlacesOf(thisMachine())),
    vendorLimits: createVendorLimits(core),
    labels: labelsOf(config, jwtSecret, films),
    thumbnails: createThumbnails(films),
    fetchSource: fetchSourceOf(trusted, config.maxOutputBytes),
    ...{ forgetUser, releaseTake, applyOutput, lookAtProject },
    ...ordersOf(paymentsOf(config)),
  };
}

function labelsOf(
  { labels, c2pa }: Pick<Config, "labels" | "c2pa">,
  jwtSecret: string,
  films: FilmTools,
): Labels | null {
  const { profile, systemName, marksImports } = labels;
  if (profile === "none") return null;
  const signer = c2pa && createSigner(c2pa);
  return createLabels({ profile, producer: usOf({ labels }, jwtSecret), systemName, marksImports, films, signer });
}

/** As labels name us, also those of the time before the profile was `none`. */
function usOf({ labels: { producerCode, systemName } }: Pick<Config, "labels">, jwtSecret: string): Us {
  return { name: producerCode ?? systemName, key: labelKeyOf(jwtSecret), isOnlyOurs: producerCode !== null };
}

/** By this key a label is known as ours. Whoever has it can say that a file is. */
export function labelKeyOf(jwtSecret: string): string {
  return Buffer.from(hkdfSync("sha256", jwtSecret, "", "dream-factory labels of files", 32)).toString("base64url");
}

/** Throws ConfigError. */
export function readTrustedHosts({ trustedHosts }: Pick<Config, "trustedHosts">): TrustedHosts {
  try {
    return parseTrustedHosts(trustedHosts);
  } catch {
    const message = "must be a list of host or host:port, divided by commas, without http://";
    throw new ConfigError([{ variable: "TRUSTED_HOSTS", message }]);
  }
}

function ownTokensOf({ vendors }: Config): ReadonlyMap<string, string> {
  const entries = Object.entries(vendors);
  return new Map(entries.flatMap(([id, { callbackToken }]) => (callbackToken ? [[id, callbackToken]] : [])));
}

function fetchSourceOf(trusted: TrustedHosts, maxBytes: number): JobDeps["fetchSource"] {
  return ({ url, headers }, { signal }) => fetchForeign(url, { trusted, limits: { maxBytes }, headers, signal });
}
