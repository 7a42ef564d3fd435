/** An error answer: HTTP status, Tablestore's code, its text. */
export class OtsError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
