// List prices without free quotas and discounts, each with the day on which it was looked up. With an offer of your own, change the figures here.
export type CloudName = "aws" | "aliyun";

export interface Price {
  amount: number;
  /** Units that it is for. */
  per: number;
  /** `vendor`: on a page of the vendor's own. `others`: others quote it. `nowhere`: a guess, until somebody asks the vendor. */
  found: "vendor" | "others" | "nowhere";
}

export interface PriceTable {
  currency: string;
  region: string;
  /** ISO date. */
  takenOn: string;
  prices: Readonly<Record<string, Price>>;
}

const others = (amount: number, per = 1): Price => ({ amount, per, found: "others" });
const nowhere = (amount: number, per = 1): Price => ({ amount, per, found: "nowhere" });

export const priceTables: Readonly<Record<CloudName, PriceTable>> = {
  aws: {
    currency: "USD",
    region: "us-east-1",
    takenOn: "2026-11-22",
    prices: {
      RRU: others(0.125, 1_000_000),
      WRU: others(0.625, 1_000_000),
      PUT: others(0.005, 1000),
      GET: others(0.0004, 1000),
      call: others(0.2, 1_000_000),
      "GB-second": others(0.0000166667),
      request: others(1, 1_000_000),
      "GB of log": others(0.5),
      secret: nowhere(0.4),
      "GB kept": others(0.023),
      "GB out": others(0.09),
    },
  },
  aliyun: {
    currency: "CNY",
    region: "cn-hangzhou",
    takenOn: "2026-11-22",
    prices: {
      "read CU": { amount: 0.01, per: 10_000, found: "vendor" },
      "write CU": nowhere(0.02, 10_000),
      PUT: others(0.01, 10_000),
      GET: others(0.01, 10_000),
      CU: nowhere(0.00014),
      "GB of log": nowhere(0.4),
      "GB kept": nowhere(0.12),
      "GB out": nowhere(0.5),
    },
  },
};
