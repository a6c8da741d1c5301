/** What came of a vector file. */

/** One case that did not come out as the file says. */
export interface Failure {
  readonly tcId: number;
  readonly algorithm: string;
  readonly comment: string;
  readonly reason: string;
}

/** The cases of one algorithm. */
export interface AlgorithmReport {
  readonly algorithm: string;
  readonly passed: number;
  readonly failed: number;
}

/** A whole file. */
export interface VectorReport {
  readonly name: string;
  readonly schema: string;
  readonly source: string;
  readonly algorithms: readonly AlgorithmReport[];
  /** The first few. */
  readonly failures: readonly Failure[];
}
