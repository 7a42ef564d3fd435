// Which new objects a function hears of. Both clouds have one prefix and one suffix for each rule, and refuse rules that overlap.
export interface NotificationRule<Target> {
  target: Target;
  /** Default: all keys. */
  prefix?: string;
  suffix?: string;
  /** Names of events as the cloud spells them, without its own prefix. Default: all that make an object. */
  events?: readonly string[];
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html: "Configurations on the same bucket cannot share a common
 * event type" where prefixes and suffixes overlap; OSS says "Cannot specify overlapping prefix and suffix with same event type".
 */
export function refuseOverlap(rules: readonly NotificationRule<unknown>[]): void {
  for (const [n, rule] of rules.entries()) {
    const other = rules.slice(n + 1).find((each) => overlap(rule, each));
    if (other) throw new Error(`the rules for ${rule.prefix ?? ""} and ${other.prefix ?? ""} overlap`);
  }
}

export function applies(rule: NotificationRule<unknown>, eventName: string, key: string): boolean {
  const { prefix = "", suffix = "", events = [eventName] } = rule;
  return key.startsWith(prefix) && key.endsWith(suffix) && events.some((each) => covers(each, eventName));
}

function overlap(a: NotificationRule<unknown>, b: NotificationRule<unknown>): boolean {
  const begin = (one = "", other = "") => one.startsWith(other) || other.startsWith(one);
  const end = (one = "", other = "") => one.endsWith(other) || other.endsWith(one);
  const [first, second] = [a.events ?? ["ObjectCreated:*"], b.events ?? ["ObjectCreated:*"]];
  const isShared = first.some((one) => second.some((other) => covers(one, other) || covers(other, one)));
  return isShared && begin(a.prefix, b.prefix) && end(a.suffix, b.suffix);
}

function covers(pattern: string, name: string): boolean {
  return pattern === name || (pattern.endsWith(":*") && name.startsWith(pattern.slice(0, -1)));
}
