// One variable of the environment: what may be written, what it becomes, and what it is when nobody writes it. Every process reads its settings
// before anything else, most of them a function's that just starts: so this is plain, and no schema library is loaded for it.

/** What was read; or what is wrong with it, without the value. */
export type Reading<T> = { value: T } | { problems: readonly string[] };

export class Setting<T> {
  readonly read: (text: string | undefined) => Reading<T>;

  constructor(read: (text: string | undefined) => Reading<T>) {
    this.read = read;
  }

  refine(isFine: (value: T) => boolean, message: string): Setting<T> {
    return this.into((value) => (isFine(value) ? { value } : { problems: [message] }));
  }

  transform<U>(to: (value: T) => U): Setting<U> {
    return this.into((value) => ({ value: to(value) }));
  }

  /** Reads what came so far as something else, or says what is wrong with it. */
  into<U>(next: (value: T) => Reading<U>): Setting<U> {
    return new Setting((text) => {
      const read = this.read(text);
      return "problems" in read ? read : next(read.value);
    });
  }

  optional(): Setting<T | undefined> {
    return this.default(undefined);
  }

  default<U>(value: U): Setting<T | U> {
    return new Setting<T | U>((text) => (text === undefined ? { value } : this.read(text)));
  }
}

/** As it is written. */
export function text(): Setting<string> {
  return new Setting((written) => (written === undefined ? { problems: ["is required"] } : { value: written }));
}

/** Without blanks around it. */
export function trimmed(isFine: (value: string) => boolean = () => true, message = ""): Setting<string> {
  return text()
    .transform((written) => written.trim())
    .refine(isFine, message);
}

export function matching(pattern: RegExp, message: string): Setting<string> {
  return trimmed((written) => pattern.test(written), message);
}

export function oneOf<const T extends string>(values: readonly T[], message: string): Setting<T> {
  return trimmed().into((written) => {
    const value = values.find((each) => each === written);
    return value === undefined ? { problems: [message] } : { value };
  });
}

export function flag(): Setting<boolean> {
  return matching(/^(0|1|false|true)$/, "must be 1 or 0").transform((written) => written === "1" || written === "true");
}

type Settings = Readonly<Record<string, Setting<unknown>>>;

export type Values<S extends Settings> = { [Name in keyof S]: S[Name] extends Setting<infer T> ? T : never };

/** All of them at once; `problems` is empty when `values` is whole. */
export function readAll<S extends Settings>(
  settings: S,
  given: Readonly<Record<string, string | undefined>>,
): { values: Values<S>; problems: { variable: string; message: string }[] } {
  const values: Record<string, unknown> = {};
  const problems: { variable: string; message: string }[] = [];
  for (const [variable, setting] of Object.entries(settings)) {
    const read = setting.read(given[variable]);
    if ("value" in read) values[variable] = read.value;
    else problems.push(...read.problems.map((message) => ({ variable, message })));
  }
  return { values: values as Values<S>, problems };
}
