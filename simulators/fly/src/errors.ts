/** A refusal as the wire shows it: HTTP status, prose, and sometimes a machine-readable status word. */
export class FlyError extends Error {
  readonly httpStatus: number;
  readonly statusWord: string | null;

  constructor(httpStatus: number, message: string, statusWord: string | null = null) {
    super(message);
    this.name = 'FlyError';
    this.httpStatus = httpStatus;
    this.statusWord = statusWord;
  }

  /** The answer's body. */
  get body(): { error: string; status?: string } {
    return this.statusWord === null
      ? { error: this.message }
      : { error: this.message, status: this.statusWord };
  }
}

/** 400 with exactly these words. */
export function badRequest(message: string): FlyError {
  return new FlyError(400, message);
}

/** 400 in the wording of the service's argument checks. */
export function invalidArgument(what: string): FlyError {
  return new FlyError(400, `invalid_argument: ${what}`);
}

/** 404 */
export function notFound(what: string): FlyError {
  return new FlyError(404, `not_found: ${what}`);
}

/** 409 */
export function alreadyExists(what: string): FlyError {
  return new FlyError(409, `already_exists: ${what}`);
}

/** 409 */
export function aborted(what: string): FlyError {
  return new FlyError(409, `aborted: ${what}`);
}

/** 412 */
export function failedPrecondition(what: string): FlyError {
  return new FlyError(412, `failed_precondition: ${what}`);
}

/** 422, the service's validation of names and limits. */
export function unprocessable(message: string, statusWord: string | null = null): FlyError {
  return new FlyError(422, message, statusWord);
}
