/** What protects a packet, by name, as its header claims. */
import { suites } from "secpvm";
import { viewOf } from "../capture/frame.ts";
import type { Profile } from "../pvm/classify.ts";

const CLASSIC_CIPHERS = ["", "idea", "des", "3des", "", "rc4"];

let recordSuites: ReadonlyMap<number, string> | undefined;

/** The name; empty if nothing protects it, or nothing known. */
export function suiteName(profile: Profile | undefined, packet: Uint8Array): string {
  if (profile === "current") {
    const id = viewOf(packet).getUint16(2);
    recordSuites ??= new Map(suites().map((suite) => [suite.id, suite.name]));
    return recordSuites.get(id) ?? `unknown, ${id.toString(16).padStart(4, "0")}`;
  }
  // The messages of the exchange have no digest.
  if (profile !== "classic-1997" || packet[15] === 0) return "";
  const cipher = CLASSIC_CIPHERS[packet[13] ?? 0];
  return cipher ? `${cipher} + keyed-md5` : "keyed-md5";
}
