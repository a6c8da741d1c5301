/** Computes one algorithm on one input, and shows how it came about. */
import {
  agree,
  type Algorithm,
  algorithms,
  decrypt,
  derive,
  digest,
  encrypt,
  mac,
  open,
  pad,
  publicValue,
  seal,
  unpad,
} from "secpvm";
import { traceChaChaPoly, traceGcm, tracePadding, traceStream } from "./trace_ciphers.ts";
import { traceDigest, traceHkdf, traceHmac, traceKeyed } from "./trace_macs.ts";
import { traceMode } from "./trace_modes.ts";
import type { AlgorithmInfo, Computation, ComputeRequest, Trace } from "./types.ts";

const TAG_LEN = 16;

/** Every algorithm of the package. */
export function algorithmInfos(): AlgorithmInfo[] {
  return algorithms().map((each) => ({
    kind: each.kind,
    name: each.name,
    strength: each.strength ?? "",
    keyLen: describeLengths(each),
    someKeyLen: Math.max(each.keyLen.min, Math.min(16, each.keyLen.max)),
    blockLen: each.blockLen,
    ivLen: each.ivLen,
    source: each.source,
  }));
}

/**
 * Compute.
 *
 * @throws SecpvmError with what is wrong with the input
 */
export function compute(request: ComputeRequest): Computation {
  const algorithm = algorithms().find(({ name }) => name === request.algorithm);
  if (!algorithm) throw new Error(`no algorithm ${request.algorithm}`);
  const { name, kind, blockLen } = algorithm;
  const { key, iv, input } = request;
  switch (kind) {
    case "block-cipher-mode":
      return computeMode(name, blockLen, request);
    case "stream-cipher": {
      const output = encrypt(name, key, iv, input);
      return { output, traces: [traceStream(name, key, iv, input, output)] };
    }
    case "aead":
      return computeAead(name, request);
    case "padding":
      return computePadding(name, request);
    case "digest":
      return { output: digest(name, input), traces: [traceDigest(name, input)] };
    case "mac": {
      const output = mac(name, key, input);
      return {
        output,
        traces: [name.startsWith("hmac") ? traceHmac(name, key, input) : traceKeyed(name, key, input)],
      };
    }
    case "key-agreement":
      return { output: input.length === 0 ? publicValue(name, key) : agree(name, key, input), traces: [] };
    case "key-derivation":
      return computeHkdf(name, request);
  }
}

function computeMode(
  name: string,
  blockLen: number,
  { key, iv, input, padding, backwards }: ComputeRequest,
): Computation {
  const dash = name.lastIndexOf("-");
  const run = { cipher: name.slice(0, dash), mode: name.slice(dash + 1), blockLen, key, iv, backwards };
  if (!backwards) {
    const output = encrypt(name, key, iv, input, padding);
    const padded = padding === "none" ? input : pad(padding, blockLen, input);
    const traces: Trace[] = padding === "none" ? [] : [tracePadding(padding, input, padded)];
    return { output, traces: [...traces, traceMode({ ...run, input: padded, output })] };
  }
  const padded = decrypt(name, key, iv, input);
  const output = padding === "none" ? padded : unpad(padding, blockLen, padded);
  const traces: Trace[] = padding === "none" ? [] : [tracePadding(padding, output, padded)];
  return { output, traces: [traceMode({ ...run, input, output: padded }), ...traces] };
}

function computeAead(name: string, { key, iv, aad, input, backwards }: ComputeRequest): Computation {
  const output = backwards ? open(name, key, iv, input, aad) : seal(name, key, iv, input, aad);
  const data = backwards ? input.subarray(0, input.length - TAG_LEN) : input;
  const traces = name.endsWith("-gcm")
    ? traceGcm(name, key, iv, data, output)
    : traceChaChaPoly(key, iv, data, output);
  return { output, traces };
}

function computeHkdf(name: string, { key, iv, aad, len }: ComputeRequest): Computation {
  const output = derive(name, key, iv, aad, len);
  return { output, traces: [traceHkdf(key, iv, aad, output)] };
}

function computePadding(name: string, { input, len, backwards }: ComputeRequest): Computation {
  const output = backwards ? unpad(name, len, input) : pad(name, len, input);
  return {
    output,
    traces: [backwards ? tracePadding(name, output, input) : tracePadding(name, input, output)],
  };
}

function describeLengths({ keyLen: { min, max, step } }: Algorithm): string {
  if (max === 0) return "";
  if (min === max) return `${min} bytes`;
  if (max === Infinity) return "any length";
  return step > 1 ? `${min} to ${max} bytes, by ${step}` : `${min} to ${max} bytes`;
}
