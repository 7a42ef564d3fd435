export interface ConfigProblem {
  variable: string;
  /** What is wrong and what to write. Never holds the value: it may be a secret in the wrong place. */
  message: string;
}

/** The settings cannot be used. Names every problem at once, so that one look is enough. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(["The configuration is not usable:", ...problems.map((p) => `  ${p.variable} ${p.message}`)].join("\n"));
    this.problems = problems;
  }
}
