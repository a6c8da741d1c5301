/**
 * The cryptographic core of secpvm: ciphers, MACs, key agreement, packets and protocols.
 *
 * @module
 */
export { type Algorithm, algorithms, type Kind, type Lengths, type Strength } from "./algorithms.js";
export {
  Exchange,
  type ExchangeKind,
  type ExchangeMessage,
  parseExchangeMessage,
} from "./exchange.js";
export {
  Leader,
  type LeaderMessage,
  MEMBER_KEY_LEN,
  Member,
  type RekeyPolicy,
  rekeyPolicy,
} from "./group.js";
export { Handshake, type HandshakeSetup, Join, Transport } from "./handshake.js";
export {
  agree,
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
  verify,
  x25519,
} from "./oneshot.js";
export * from "./packet.js";
export { Decryptor, Digest, Encryptor, Mac } from "./stream.js";
