// GET /ws/projects/{id}/progress: the feed of GET /projects/{id}/progress over a WebSocket. Whoever asks without one is told how.
import { AppError } from "../../shared/errors/app-error.ts";
import { httpFunction } from "../../shared/http/http-function.ts";
import { jobIdPattern } from "../../shared/ports/ids.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { socketOfProject } from "../../shared/sockets/live.ts";
import { PROTOCOL } from "../../shared/sockets/protocol.ts";

async function askForUpgrade(): Promise<never> {
  const { socketUrl } = requestRuntime().config;
  const where = socketUrl === null ? "" : ` Its address is ${socketUrl}.`;
  const message = `This is spoken to over a WebSocket only, subprotocol ${PROTOCOL}.${where} GET /projects/{id}/progress streams the same events.`;
  // RFC 9110, 15.5.22: "The server MUST send an Upgrade header field in a 426 response".
  throw new AppError("upgrade_required", { message, headers: { upgrade: "websocket" } });
}

export const handler = httpFunction(
  requestRuntime,
  {
    params: { id: jobIdPattern },
    auth: "none",
    summary: "Live progress of a project's newest production, over a WebSocket.",
    description: [
      `Subprotocol \`${PROTOCOL}\`. The token goes into the first message, \`{"type":"follow","token":"…","after":0}\`, or into a second`,
      "subprotocol `bearer.<token>` or Authorization; never into the address. With it in the handshake the events begin at once, behind `?after=`.",
      'Messages: `{"type":"progress","id":1,"data":…}` as in the feed, `end` for the last one, `gap` for what is no longer kept, `alive` when',
      'nothing has happened for a while and as the answer to `{"type":"ping"}`, `retry` before the server closes, `error` with what is wrong.',
      "It closes with 1000 when the production has ended, 1001 when another connection is to go on behind the last event, and 4000 + the status",
      "of an error. Deployed on AWS it has an address of its own, which the answer 426 tells; there the first message names `projectId`.",
    ].join("\n"),
    answers: () => ({ 101: "The connection is a WebSocket from here on." }),
    errors: ["upgrade_required"],
  },
  askForUpgrade,
);

// Of no use where an API of its own takes WebSockets: left out of bundles there.
export const socket = /* @__PURE__ */ socketOfProject(requestRuntime);
