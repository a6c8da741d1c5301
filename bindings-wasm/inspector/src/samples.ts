/** The captures in the page, and the keys that belong to them. */
import plain from "../../../vectors/captures/plain.pcap?base64";
import classic from "../../../vectors/captures/classic-1997.pcap?base64";
import exchange from "../../../vectors/captures/classic-1997-daemons.pcap?base64";
import exchangeKeys from "../../../vectors/captures/classic-1997-daemons.keys?raw";
import current from "../../../vectors/captures/aes-256-gcm.pcap?base64";
import currentKeys from "../../../vectors/captures/aes-256-gcm.keys?raw";
import { fromBase64 } from "./base64.ts";
import type { SampleName } from "./protocol.ts";

/** A capture file and its keys as text. */
export interface SampleFile {
  readonly file: Uint8Array;
  readonly keys: string;
}

/** The key of the synthetic capture: vectors/captures/README.md. */
const CLASSIC_KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/** The sample of that name. */
export function sampleFile(name: SampleName): SampleFile {
  switch (name) {
    case "plain":
      return { file: fromBase64(plain), keys: "" };
    case "classic-1997":
      return { file: fromBase64(classic), keys: CLASSIC_KEY };
    case "exchange-1997":
      return { file: fromBase64(exchange), keys: exchangeKeys };
    case "current":
      return { file: fromBase64(current), keys: currentKeys };
  }
}
