/**
 * What went wrong: the names that the status has in the C interface. Frozen.
 *
 * Misuse, each time with a message that says what was expected and what was given: `LENGTH`,
 * `ARGUMENT`, `UNKNOWN_ALGORITHM`, `NO_PADDING`, `OUT_OF_ORDER` (too early, too late, or after
 * `free()`), `EXHAUSTED`, `TOO_MANY_PEERS`, `BAD_SESSION`, `WEAK_KEY`, `EPOCH_NOT_NEWER`,
 * `TOO_MANY_MEMBERS`, `ALREADY_MEMBER`, `NO_SUCH_MEMBER`, `BUFFER_TOO_SMALL`, `NO_MEMORY`.
 *
 * The verdict on bytes from elsewhere, which says no more on purpose: `FORGED`, `REPLAYED`,
 * `STALE`, `MALFORMED`, `BAD_PADDING`, `BAD_PUBLIC_VALUE`.
 *
 * `INTERNAL`: a defect in the package.
 */
export type ErrorCode =
  | "LENGTH"
  | "ARGUMENT"
  | "UNKNOWN_ALGORITHM"
  | "NO_PADDING"
  | "OUT_OF_ORDER"
  | "EXHAUSTED"
  | "TOO_MANY_PEERS"
  | "BAD_SESSION"
  | "WEAK_KEY"
  | "EPOCH_NOT_NEWER"
  | "TOO_MANY_MEMBERS"
  | "ALREADY_MEMBER"
  | "NO_SUCH_MEMBER"
  | "BUFFER_TOO_SMALL"
  | "NO_MEMORY"
  | "FORGED"
  | "REPLAYED"
  | "STALE"
  | "MALFORMED"
  | "BAD_PADDING"
  | "BAD_PUBLIC_VALUE"
  | "INTERNAL";

/** Every error of this package. */
export class SecpvmError extends Error {
  /** What went wrong, for programs; `message` is for people. */
  readonly code: ErrorCode;

  /** @param message one line */
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = "SecpvmError";
    this.code = code;
  }
}
