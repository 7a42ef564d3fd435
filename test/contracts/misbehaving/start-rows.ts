// What goes wrong with the call that asks for a generation.
import {
  always,
  completed,
  failed,
  html,
  nothingSaid,
  once,
  type Row,
  type RowsOf,
  unclear,
  withHeader,
} from "./rows.ts";

export const startRows: RowsOf = ({ says, succeedsAt, files, resultKind = succeedsAt }) => [
  ...[
    ["429 with Retry-After to the start", withHeader(says.throttled, "retry-after", "3")] as const,
    ["429 without Retry-After to the start", says.throttled] as const,
  ].map(([name, said]): Row => ({ name, troubles: once("start", said), endings: () => [completed(2)] })),
  {
    name: "500 in its own words to the start",
    troubles: once("start", says.broken),
    // An error in the vendor's own words may be a clear no; what it is not is a reason to give up for good.
    endings: (lostSubmit) => [completed(2), ...unclear(lostSubmit)],
  },
  { name: "500 as HTML to the start", troubles: once("start", html(500)), endings: unclear },
  { name: "502 as HTML to the start", troubles: once("start", html(502)), endings: unclear },
  { name: "`{}` to the start", troubles: once("start", nothingSaid), endings: unclear },
  { name: "200 MB of JSON to the start", troubles: once("start", "endless", "after"), endings: unclear },
  { name: "a byte a second to the start", troubles: once("start", "slow", "after"), endings: unclear },
  { name: "no answer to the start", troubles: once("start", "hang", "after"), endings: unclear },
  { name: "the answer to the start is lost", troubles: once("start", "cut", "after"), endings: unclear },
  {
    name: "the answer to the start is cut",
    troubles: once("start", "cut body", "after"),
    // The file may have come whole before the cut: then it is kept.
    endings: (lostSubmit) => [...unclear(lostSubmit), ...(files === "answer" ? [completed()] : [])],
  },
  {
    name: "401 to the start",
    troubles: always("start", says.keyRefused, "before"),
    endings: () => [failed("provider_error")],
  },
  {
    name: "a refusal in its own words",
    troubles: always(says.refusedAt ?? resultKind, says.refused),
    endings: () => [failed("moderation_blocked")],
  },
  ...(says.nothing
    ? [
        {
          name: "a refusal by an empty list",
          troubles: always(resultKind, says.nothing),
          endings: () => [failed("moderation_blocked")],
        } satisfies Row,
      ]
    : []),
  {
    name: "success without a file or URL",
    troubles: always(resultKind, says.withoutFile),
    endings: () => withoutFile.map((type) => failed(type)),
  },
  ...(succeedsAt === "check"
    ? []
    : [
        {
          name: "success after the deadline",
          troubles: [],
          endings: () => [failed("deadline_exceeded")],
          outlastsDeadline: true,
        } satisfies Row,
      ]),
];

/** Whatever it is called, it is not asked for again. */
const withoutFile = ["moderation_blocked", "provider_error", "invalid_output", "provider_unknown", "deadline_exceeded"];
