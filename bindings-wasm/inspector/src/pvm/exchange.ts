/** The four messages by which a daemon of 1997 gets the session key: plain packets, much like stock PVM's. */
import { CLASSIC_HEADER_LEN, DAT, EOM, type ExchangeKind, parseExchangeMessage, SOM } from "secpvm";

const WHOLE = SOM | EOM | DAT;

/** What the packet carries; `undefined` if it is no message of the exchange. */
export function exchangeKind(packet: Uint8Array): ExchangeKind | undefined {
  // Where these packets have no digest, stock PVM has a message's encoding: most are told apart by that.
  const noDigest = packet.subarray(13, CLASSIC_HEADER_LEN).every((byte) => byte === 0);
  if (packet[12] !== WHOLE || !noDigest) return undefined;
  try {
    return parseExchangeMessage(packet).kind;
  } catch {
    return undefined;
  }
}
