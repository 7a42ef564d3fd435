// What is noted of a file while it is labelled, for whoever decides whether it may be kept.

/** In words for the operator; `cause` of what was thrown. */
export interface Problem {
  reason: string;
  cause?: unknown;
}

export interface Notes {
  tell(reason: string, cause?: unknown): void;
  problem(): Problem | null;
  remark(reason: string, cause?: unknown): void;
  remarked(): Problem | null;
  /** Throws, so that nothing more is written. */
  letStay(): never;
  isToStay(): boolean;
}

/** The first of each kind counts. */
export function noting(): Notes {
  let problem: Problem | null = null;
  let remarked: Problem | null = null;
  let isToStay = false;
  return {
    tell: (reason, cause) => {
      problem ??= { reason, cause };
    },
    problem: () => problem,
    remark: (reason, cause) => {
      remarked ??= { reason, cause };
    },
    remarked: () => remarked,
    letStay: () => {
      isToStay = true;
      throw new Error("the file has been signed by who made it");
    },
    isToStay: () => isToStay,
  };
}
