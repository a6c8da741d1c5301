/** The flags of a packet, by name. */
import { ACK, DAT, EOM, FIN, SOM } from "secpvm";

const NAMES = new Map([
  [SOM, "SOM"],
  [EOM, "EOM"],
  [DAT, "DAT"],
  [FIN, "FIN"],
  [ACK, "ACK"],
]);

/** All bits that mean something. */
export const KNOWN_FLAGS = [...NAMES.keys()].reduce((all, bit) => all | bit, 0);

/** The names of the flags that are set; bits without one in hexadecimal. */
export function formatFlags(bits: number): string {
  const names = [...NAMES].filter(([bit]) => bits & bit).map(([, name]) => name);
  const unknown = bits & ~KNOWN_FLAGS;
  if (unknown) names.push(`0x${unknown.toString(16)}`);
  return names.join(" ");
}
