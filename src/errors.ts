/** Every reason for which a request stops; only web/error-page.ts knows their statuses and pages. */
export type ErrorCode =
  | 'NOT_FOUND'
  | 'NOT_ALLOWED'
  | 'SESSION_ENDED'
  | 'INVALID_INPUT'
  | 'EDIT_CONFLICT'
  | 'TOO_LARGE'
  | 'TOO_MANY'
  | 'LAUNCH_REJECTED'
  | 'PLATFORM_REFUSED'
  | 'STORE_AWAY';

/**
 * Stops a request for an expected reason.
 *
 * `message` is for the log and holds no personal data; the page's words come from the catalogue, by
 * `code` and, where the reason is finer than the code, by `reason` (such as `state-mismatch`).
 */
export class TrellisError extends Error {
  override readonly name = 'TrellisError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: {
      readonly reason?: string;
      readonly cause?: unknown;
      /** For INVALID_INPUT: field name → what is wrong, in words a person reads. */
      readonly fields?: Readonly<Record<string, string>>;
      /** For TOO_MANY: seconds after which trying again makes sense. */
      readonly retryAfterSeconds?: number;
      /** For LAUNCH_REJECTED: where the signed launch says one may go back to. */
      readonly returnUrl?: string;
      /** For LAUNCH_REJECTED: path of the page that this browser has open already (AUTH-22). */
      readonly continueHref?: string;
    } = {},
  ) {
    super(message, { cause: details.cause });
  }
}
