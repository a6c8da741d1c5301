/** Computations with all that happens on the way. */
import type { Kind } from "secpvm";

/** An algorithm, as docs/algorithms.md lists it; lengths in bytes, 0 where there is no such thing. */
export interface AlgorithmInfo {
  readonly kind: Kind;
  readonly name: string;
  readonly strength: string;
  /** Its key lengths in words. */
  readonly keyLen: string;
  /** A key length that it takes. */
  readonly someKeyLen: number;
  readonly blockLen: number;
  readonly ivLen: number;
  readonly source: string;
}

/** What to compute. Fields that the algorithm does not have are empty. */
export interface ComputeRequest {
  readonly algorithm: string;
  /** Decrypt, open or unpad. */
  readonly backwards: boolean;
  /** The key; the secret of an agreement or a derivation. */
  readonly key: Uint8Array;
  /** The IV or nonce; the salt of a derivation. */
  readonly iv: Uint8Array;
  /** Associated data; the info of a derivation. */
  readonly aad: Uint8Array;
  /** The message; the other's public value. */
  readonly input: Uint8Array;
  readonly padding: string;
  /** Of a derivation: how much to derive. Of padding by itself: the block. In bytes. */
  readonly len: number;
}

/** A table of intermediate values. */
export interface Trace {
  readonly title: string;
  /** What happens here, in a sentence. */
  readonly note: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A result and how it came about. */
export interface Computation {
  readonly output: Uint8Array;
  readonly traces: readonly Trace[];
}
