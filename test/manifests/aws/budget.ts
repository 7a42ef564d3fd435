// The alarm for costs, as the service takes it: CloudFormation passes what the template says to CreateBudget, whose limits its own specification does not
// have. Typed from https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html and the pages of its types.
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { evaluate, type Template } from "./template.ts";

const amount = z.union([z.number().check(z.nonnegative()), z.string().check(z.regex(/^([0-9]*\.)?[0-9]+$/))]);
const spend = z.strictObject({ Amount: amount, Unit: z.string().check(z.minLength(1)) });

const notification = z.strictObject({
  NotificationType: z.enum(["ACTUAL", "FORECASTED"]),
  ComparisonOperator: z.enum(["GREATER_THAN", "LESS_THAN", "EQUAL_TO"]),
  // Of the budget, unless the type says otherwise: per cent.
  Threshold: z.number().check(z.minimum(0), z.maximum(15_000_000_000_000)),
  ThresholdType: z.optional(z.enum(["PERCENTAGE", "ABSOLUTE_VALUE"])),
});

/** "the value of Address can't contain line breaks" */
const subscriber = z.strictObject({
  SubscriptionType: z.enum(["SNS", "EMAIL"]),
  Address: z.string().check(z.minLength(1), z.regex(/^.+$/)),
});

const createBudget = z.strictObject({
  Budget: z.strictObject({
    BudgetName: z.optional(z.string().check(z.maxLength(100), z.regex(/^[^:\\]+$/))),
    BudgetType: z.enum(["USAGE", "COST", "RI_UTILIZATION", "RI_COVERAGE"]),
    TimeUnit: z.enum(["DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY", "CUSTOM"]),
    BudgetLimit: spend,
  }),
  NotificationsWithSubscribers: z
    .array(
      z.strictObject({
        Notification: notification,
        Subscribers: z.array(subscriber).check(z.minLength(1), z.maxLength(11)),
      }),
    )
    .check(z.maxLength(10)),
});

/** `told`: made with `budget=20` and `budgetEmail=ada@example.com`; `plain`: with neither. */
export function budgetOnAws(plain: Template, told: Template): void {
  const propertiesOf = (template: Template) => evaluate(template, template.Resources.Budget?.Properties ?? {});

  describe("the alarm for costs", () => {
    test("is made only for who said an amount and an address", () => {
      const isMade = (template: Template) => {
        const condition = template.Resources.Budget?.Condition;
        return evaluate<unknown>(template, { "Fn::If": [condition, true, false] });
      };
      expect([isMade(plain), isMade(told)]).toEqual([false, true]);
    });

    test("is what the service takes, with both at their places", () => {
      const properties = propertiesOf(told);
      expect(createBudget.safeParse(properties).error?.issues ?? []).toEqual([]);
      const Subscribers = [{ SubscriptionType: "EMAIL", Address: "ada@example.com" }];
      expect(properties).toMatchObject({
        Budget: { BudgetType: "COST", TimeUnit: "MONTHLY", BudgetLimit: { Amount: "20", Unit: "USD" } },
        NotificationsWithSubscribers: [
          { Notification: { NotificationType: "ACTUAL", Threshold: 80 }, Subscribers },
          { Notification: { NotificationType: "FORECASTED", Threshold: 100 }, Subscribers },
        ],
      });
    });

    test.for([
      ["an address of nobody", { NotificationsWithSubscribers: [alarm({ Address: "" })] }, "Address"],
      ["another kind of subscriber", { NotificationsWithSubscribers: [alarm({ SubscriptionType: "SMS" })] }, "SNS"],
      ["no subscriber", { NotificationsWithSubscribers: [{ ...alarm({}), Subscribers: [] }] }, "Subscribers"],
      ["a threshold as text", { NotificationsWithSubscribers: [alarm({}, { Threshold: "80" })] }, "Threshold"],
      [
        "another comparison",
        { NotificationsWithSubscribers: [alarm({}, { ComparisonOperator: ">" })] },
        "GREATER_THAN",
      ],
      ["another limit", { Budget: { BudgetType: "COST", TimeUnit: "MONTHLY", Limit: {} } }, "BudgetLimit"],
    ] as const)("%s would be seen", ([, wrong, says]) => {
      const { error } = createBudget.safeParse({ ...propertiesOf(told), ...wrong });
      expect(JSON.stringify(error?.issues ?? [])).toContain(says);
    });
  });
}

function alarm(ofSubscriber: object, ofNotification: object = {}) {
  const Notification = {
    ...{ NotificationType: "ACTUAL", ComparisonOperator: "GREATER_THAN", Threshold: 80 },
    ...ofNotification,
  };
  return { Notification, Subscribers: [{ SubscriptionType: "EMAIL", Address: "ada@example.com", ...ofSubscriber }] };
}
