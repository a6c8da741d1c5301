/* What users write, as the declarations have it. Compiled, not run. */
import {
  type Algorithm,
  algorithms,
  Digest,
  digest,
  encrypt,
  Handshake,
  init,
  mac,
  Opener,
  type RecordHeader,
  readKeyLog,
  Sealer,
  SecpvmError,
  Session,
  x25519,
} from "secpvm";
import * as packet from "secpvm/packet";

await init();
await init(new URL("https://example.org/secpvm.wasm"));
await init(fetch("https://example.org/secpvm.wasm"));

const rows: readonly Algorithm[] = algorithms();
const bytes: Uint8Array = encrypt("3des-cbc", new Uint8Array(24), new Uint8Array(8), rows2(), "pkcs7");
const tag: Uint8Array = mac("hmac-sha256", bytes, new Digest("md5").update(bytes).digest(), 16);
x25519(digest("sha256", tag), tag);

function rows2(): Uint8Array {
  return Buffer.from(rows.map((row) => row.name).join());
}

{
  using session = Session.generate("aes-256-gcm");
  using sealer = new Sealer(session, 1n);
  using opener = new Opener(session);
  const header: RecordHeader = opener.open(bytes, sealer.seal(bytes, bytes)).header;
  const number: bigint = header.packetNumber;
  readKeyLog(`${number}`).forEach((session) => session.free());
}

try {
  new Handshake({ pattern: "XX", role: "responder" }).readMessage(bytes);
} catch (error) {
  if (error instanceof SecpvmError && error.code === "FORGED") {
    console.error(error.message);
  }
}

await packet.init();
packet.parseDatagram(bytes).message?.tag.toFixed();

// @ts-expect-error no such pattern
new Handshake({ pattern: "YY", role: "responder" });
// @ts-expect-error a session is made by its static functions
new Session(undefined);
// @ts-expect-error no text where bytes are wanted
digest("md5", "text");
// @ts-expect-error the code is frozen
const code: "NO_SUCH_CODE" = new SecpvmError("FORGED", "").code;
// @ts-expect-error what is inside is not the user's
Session.generate().encode(1);
// @ts-expect-error a record header cannot be changed
packet.parseRecordHeader(bytes).epoch = 1;
