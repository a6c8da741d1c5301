/**
 * The cryptographic core of secpvm: ciphers, MACs, key agreement, packets and protocols.
 *
 * @module
 */
export { type Algorithm, algorithms, type Kind, type Lengths, type Strength } from "./algorithms.js";
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
