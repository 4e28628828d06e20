/** A refusal as the wire shows it, in the service's error envelope. */
export class NorthflankError extends Error {
  readonly httpStatus: number;
  readonly details: Record<string, string> | null;

  constructor(httpStatus: number, message: string, details: Record<string, string> | null = null) {
    super(message);
    this.name = 'NorthflankError';
    this.httpStatus = httpStatus;
    this.details = details;
  }

  /** The answer's body. */
  get body(): object {
    return errorBody(this.httpStatus, this.message, this.details);
  }
}

/** The error envelope. */
export function errorBody(
  status: number,
  message: string,
  details: Record<string, string> | null = null,
): object {
  return { error: { status, message, ...(details === null ? {} : { details }) } };
}

/** 404 */
export function notFound(what: string): NorthflankError {
  return new NorthflankError(404, `${what} not found.`);
}

/** 409 */
export function conflict(message: string): NorthflankError {
  return new NorthflankError(409, message);
}
