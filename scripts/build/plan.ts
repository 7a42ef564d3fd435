// What is built: for each cloud and function the source of its entry, which ties the function to the cloud's events and to its adapters.
import { chatIds } from "../../shared/config/vendors.ts";
import type { Declaration, HttpDeclaration } from "../../shared/events/declaration.ts";
import { domainRoutes } from "../../shared/events/domain-routes.ts";

export const clouds = ["aws", "aliyun"] as const;
export type Cloud = (typeof clouds)[number];

/** Which adapters the bundles hold; by default those of the cloud itself. */
export interface Adapters {
  table: string;
  store: string;
  /** Ids of vendors that generate. */
  vendors: readonly string[];
  /** Whether files are signed: then what signs them is carried. */
  signs: boolean;
  /** Which service checks content; absent: none. */
  moderation?: string | undefined;
}

export const adaptersOf: Readonly<Record<Cloud, Adapters>> = {
  aws: { table: "dynamodb", store: "s3", vendors: [], signs: false },
  aliyun: { table: "tablestore", store: "oss", vendors: [], signs: false },
};

export interface Entry {
  /** The function's, and its zip's. */
  name: string;
  /** TypeScript, as a file in the top folder would have it. */
  source: string;
  /** Whether it draws, and so takes a font with it, which is found by its path. */
  draws: boolean;
}

export function planOf(cloud: Cloud, declarations: readonly Declaration[], adapters: Adapters): Entry[] {
  const served = declarations.filter(isHttp);
  const groups = cloud === "aliyun" ? domainRoutes(served).map(({ functions }) => functions) : [];
  return declarations.map((declaration) => {
    const own = isHttp(declaration) ? (groups.find(([first]) => first === declaration) ?? [declaration]) : [];
    const lines = isHttp(declaration)
      ? httpEntry(cloud, own, served, adapters)
      : eventEntry(cloud, declaration, adapters);
    return { name: declaration.name, source: lines.join("\n"), draws: needsOf(declaration) === "jobs" };
  });
}

function isHttp(declaration: Declaration): declaration is HttpDeclaration {
  return declaration.trigger.type === "http";
}

function needsOf(declaration: Declaration) {
  return isHttp(declaration) ? "requests" : declaration.needs;
}

function httpEntry(
  cloud: Cloud,
  own: readonly HttpDeclaration[],
  all: readonly HttpDeclaration[],
  adapters: Adapters,
): string[] {
  const shown = ({ name, trigger }: HttpDeclaration) => JSON.stringify({ name, trigger });
  const neighbours = all.filter((each) => !own.includes(each)).map(shown);
  // AWS takes WebSockets by an API of its own, which calls another handler.
  const takes = ({ trigger }: HttpDeclaration) => cloud === "aliyun" && trigger.isSocket === true;
  const ours = own.map((each, i) => {
    const { load: _, ...said } = each;
    const loaded = `handler: handler${i}${takes(each) ? `, socket: socket${i}` : ""}`;
    return `{ ...${JSON.stringify(said)}, load: async () => ({ ${loaded} }) }`;
  });
  const isStream = own.some(({ name }) => name === "job-events");
  return [
    ...own.map((each, i) => {
      const socket = takes(each) ? `, socket as socket${i}` : "";
      return `import { handler as handler${i}${socket} } from "./functions/http/${each.name}.ts";`;
    }),
    ...preparation(cloud, "requests", adapters),
    `const own = [${ours.join(", ")}];`,
    `const neighbours = [${neighbours.join(", ")}];`,
    ...(cloud === "aws" ? [...lambdaHttp(isStream), ...lambdaSocket(own)] : functionComputeHttp(own.some(takes))),
  ];
}

/** Two handlers of a stream: one for its function URL, one for fronts that cannot stream. */
function lambdaHttp(isStream: boolean): string[] {
  const front = (name: string) => `import { ${name} } from "./shared/runtime/cloud/lambda.ts";`;
  const prepared = "const options = { prepared: prepare(deployedEnvironment()), own, neighbours };";
  if (!isStream) return [front("lambdaHttp"), prepared, "export const handler = lambdaHttp(options);"];
  return [
    front("lambdaHttp, lambdaHttpStream"),
    prepared,
    "export const handler = lambdaHttpStream(options);",
    "export const buffered = lambdaHttp(options);",
  ];
}

/** Another handler, for the API that takes WebSockets. */
function lambdaSocket(own: readonly HttpDeclaration[]): string[] {
  if (!own.some(({ trigger }) => trigger.isSocket)) return [];
  return [
    'import { lambdaSocket } from "./shared/runtime/cloud/lambda-socket.ts";',
    'import { gatewayOf } from "./shared/sockets/gateway/api-gateway.ts";',
    "export const gateway = lambdaSocket({ prepared: options.prepared, gatewayOf });",
  ];
}

function functionComputeHttp(takesSockets: boolean): string[] {
  const sockets = takesSockets ? ", sockets: createSocketServer()" : "";
  return [
    'import { serveRequests } from "./shared/runtime/cloud/function-compute.ts";',
    ...(takesSockets ? ['import { createSocketServer } from "./shared/runtime/http/socket-server.ts";'] : []),
    `await serveRequests({ prepare, environment: deployedEnvironment(), own, neighbours${sockets} });`,
  ];
}

function eventEntry(cloud: Cloud, declaration: Exclude<Declaration, HttpDeclaration>, adapters: Adapters): string[] {
  const { name, trigger, timeoutSeconds, needs } = declaration;
  const isTimer = trigger.type === "timer";
  const folder = isTimer ? "timer" : "storage";
  const start = [
    `import { handler as handle } from "./functions/${folder}/${name}.ts";`,
    ...preparation(cloud, needs, adapters),
  ];
  if (cloud === "aws") {
    const front = isTimer ? "lambdaTimer" : "lambdaStorage";
    const call = isTimer
      ? "handle, prepare(deployedEnvironment())"
      : `"${name}", handle, prepare(deployedEnvironment())`;
    return [
      ...start,
      `import { ${front} } from "./shared/runtime/cloud/lambda.ts";`,
      `export const handler = ${front}(${call});`,
    ];
  }
  const front = isTimer ? "serveTimer" : "serveStorage";
  return [
    ...start,
    `import { ${front} } from "./shared/runtime/cloud/function-compute.ts";`,
    `await ${front}({ prepare, environment: deployedEnvironment(), name: "${name}", timeoutSeconds: ${timeoutSeconds}, handler: handle });`,
  ];
}

/** `prepare`, with the adapters that this part of the runtime takes. */
function preparation(
  cloud: Cloud,
  part: "requests" | "files" | "deliveries" | "jobs",
  { table, store, vendors, moderation }: Adapters,
): string[] {
  const place = "./shared/runtime/cloud";
  const isSmall = part === "requests" || part === "deliveries";
  const file = `${store === "oss" ? "oss" : "s3"}${isSmall ? "-requests" : ""}`;
  const make = `for${part[0]?.toUpperCase()}${part.slice(1)}`;
  const generating = {
    requests: ["offersOf", "offer"],
    jobs: ["providersOf", "create"],
    files: null,
    deliveries: null,
  }[part];
  const [providers, made] = generating ?? [];
  const tells = part === "jobs" && cloud === "aws";
  const checks = part === "jobs" && moderation !== undefined ? "moderation" : tells ? "undefined" : null;
  const given = [
    "{ table, store }",
    ...(providers ? [`${providers}({ ${vendors.join(", ")} })`] : []),
    ...(checks === null ? [] : [checks]),
    ...(tells ? ["tellOf"] : []),
    ...(part === "deliveries" ? ["mailingOf"] : []),
  ];
  return [
    `import { table } from "${place}/carried/${table}.ts";`,
    store === "oss"
      ? `import { store } from "${place}/carried/${file}.ts";`
      : `import { carried } from "${place}/carried/${file}.ts";\nconst store = carried(${JSON.stringify(store)});`,
    'import { deployedEnvironment } from "./shared/config/environment.ts";',
    `import { ${make} } from "${place}/prepare.ts";`,
    ...(providers
      ? [
          `import { ${providers} } from "${place}/${part === "requests" ? "offers" : "providers"}.ts";`,
          ...vendors.map((id) => vendorLine(id, `${made}`)),
        ]
      : []),
    ...(part === "jobs" && moderation !== undefined ? checking(moderation) : []),
    ...(part === "deliveries" ? ['import { mailingOf } from "./shared/runtime/mailing.ts";'] : []),
    ...(tells ? ['import { tellOf } from "./shared/sockets/gateway/tell-of.ts";'] : []),
    `const prepare = ${make}(${given.join(", ")});`,
  ];
}

/** `moderation`, for who advances jobs. */
function checking(service: string): string[] {
  const place = "./shared/runtime/cloud";
  return [
    `import { create } from "./shared/moderation/${service}/create.ts";`,
    `import { moderationOf } from "${place}/moderation.ts";`,
    `const moderation = moderationOf(${JSON.stringify(service)}, create);`,
  ];
}

/** Servers of language models share an adapter, which is told which one it is. */
function vendorLine(id: string, made: string): string {
  const isChat = chatIds.some((chat) => chat === id);
  const from = `from "./shared/providers/${isChat ? "chat" : id}/${fileOf[made]}.ts";`;
  if (!isChat) return `import { ${made} as ${id} } ${from}`;
  return `import { ${made} as ${id}_chat } ${from}\nconst ${id} = (config) => ${id}_chat("${id}", config);`;
}

const fileOf: Readonly<Record<string, string>> = { offer: "offer", create: "provider" };
