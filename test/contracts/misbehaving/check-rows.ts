// What goes wrong with asking how a task is doing: the task goes on, whatever is answered, and nobody asks for another one.
import { always, completed, failed, html, nothingSaid, once, type Row, type RowsOf, withHeader } from "./rows.ts";

const goesOn = () => [completed()];

export const checkRows: RowsOf = ({ says, succeedsAt }) => {
  if (succeedsAt === "start") return [];
  const throttled = withHeader(says.throttled, "retry-after", "3");
  return [
    { name: "429 with Retry-After to a check", troubles: once("check", throttled), endings: goesOn },
    { name: "429 without Retry-After to a check", troubles: once("check", says.throttled), endings: goesOn },
    { name: "500 in its own words to a check", troubles: once("check", says.broken), endings: goesOn },
    { name: "500 as HTML to a check", troubles: once("check", html(500)), endings: goesOn },
    { name: "502 as HTML to a check", troubles: once("check", html(502)), endings: goesOn },
    { name: "`{}` to a check", troubles: once("check", nothingSaid), endings: goesOn },
    { name: "200 MB of JSON to a check", troubles: once("check", "endless"), endings: goesOn },
    { name: "a byte a second to a check", troubles: once("check", "slow", "after"), endings: goesOn },
    { name: "no answer to a check", troubles: once("check", "hang"), endings: goesOn },
    { name: "the answer to a check is lost", troubles: once("check", "cut", "after"), endings: goesOn },
    { name: "the answer to a check is cut", troubles: once("check", "cut body", "after"), endings: goesOn },
    {
      // The operator has changed the key: either somebody asks again, or the job ends. The task was paid for once.
      name: "401 to a check",
      troubles: once("check", says.keyRefused),
      endings: () => [completed(), failed("provider_error")],
    },
    ...(says.running
      ? [
          {
            name: "success after the deadline",
            troubles: always("check", says.running),
            endings: () => [failed("deadline_exceeded")],
          } satisfies Row,
          {
            name: "502 as HTML to a cancel",
            troubles: [...always("check", says.running), ...always("cancel", html(502), "before")],
            endings: () => [{ ends: "cancelled", starts: 1 }],
            isCancelled: true,
          } satisfies Row,
        ]
      : []),
  ];
};
