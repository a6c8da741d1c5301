/* One message, one call. */
import { lookup } from "./algorithms.js";
import { bytes, integer } from "./arguments.js";
import { check, output, put, put2, put3, reserve, secret } from "./border.js";
import * as raw from "./raw.js";

/** The longest padding, in bytes: the longest block. */
const PADDING_LEN_MAX = 16;

/** What an AEAD adds, in bytes. */
const TAG_LEN = 16;

/** More than any shared secret has, in bytes. */
const SHARED_LEN_MAX = 256;

const EMPTY = new Uint8Array(0);

/** @internal */
export const cipherId = lookup("cipher", "block-cipher-mode", "stream-cipher");
/** @internal */
export const paddingId = lookup("padding", "padding");
/** @internal */
export const digestId = lookup("digest", "digest");
/** @internal */
export const macId = lookup("MAC", "mac");
const aeadId = lookup("AEAD", "aead");
const agreementId = lookup("key agreement", "key-agreement");
const kdfId = lookup("key derivation", "key-derivation");

/**
 * Encrypt a message: secrecy without authentication. Whoever can alter the ciphertext controls
 * what is decrypted; `seal` holds against that.
 *
 * @param name a cipher, such as `"aes-256-ctr"` or `"3des-cbc"`; see `algorithms()`
 * @param key of one of its key lengths
 * @param iv the IV, the first counter block or the nonce; empty where there is none
 * @param data the message: whole blocks for ECB and CBC, unless padded
 * @param padding `"pkcs7"`, `"iso7816"`, `"x923"`, `"zero-with-count"` or `"none"`
 * @returns the ciphertext; with `"zero-with-count"`, how much longer it is than `data` is to be
 *   sent along
 * @throws SecpvmError `UNKNOWN_ALGORITHM`, `LENGTH`, `NO_PADDING` or `EXHAUSTED`
 */
export function encrypt(
  name: string,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
  padding = "none",
): Uint8Array {
  const [cipher, pad] = [cipherId(name), paddingId(padding)];
  put3(bytes(key, "key"), bytes(iv, "iv"), bytes(data, "data"), PADDING_LEN_MAX);
  const len = check(raw.encrypt(cipher, pad, key.length, iv.length, data.length));
  return output(key.length + iv.length, len);
}

/**
 * Decrypt what `encrypt` made.
 *
 * @param count the length of the padding in bytes, as told elsewhere: `"zero-with-count"` needs it
 * @throws SecpvmError as `encrypt`, and `BAD_PADDING`: whether it was good is to be kept from
 *   whoever sent it
 */
export function decrypt(
  name: string,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
  padding = "none",
  count?: number,
): Uint8Array {
  const [cipher, pad] = [cipherId(name), paddingId(padding)];
  const told = count === undefined ? -1 : integer(count, 255, "count");
  put3(bytes(key, "key"), bytes(iv, "iv"), bytes(data, "data"));
  const len = check(raw.decrypt(cipher, pad, key.length, iv.length, data.length, told));
  return output(key.length + iv.length, len);
}

/**
 * Encrypt and authenticate a message.
 *
 * @param name an AEAD: `"aes-128-gcm"`, `"aes-256-gcm"` or `"chacha20-poly1305"`
 * @param key 16 or 32 bytes
 * @param nonce 12 bytes, never twice with one key
 * @param data the message
 * @param aad is authenticated, and not part of the result
 * @returns the ciphertext, then the tag of 16 bytes
 * @throws SecpvmError `UNKNOWN_ALGORITHM` or `LENGTH`
 */
export function seal(
  name: string,
  key: Uint8Array,
  nonce: Uint8Array,
  data: Uint8Array,
  aad: Uint8Array = EMPTY,
): Uint8Array {
  const aead = aeadId(name);
  putSealed(key, nonce, data, aad, TAG_LEN);
  const len = check(raw.seal(aead, key.length, nonce.length, aad.length, data.length));
  return output(key.length + nonce.length + aad.length, len);
}

/**
 * Open what `seal` made.
 *
 * @returns the message
 * @throws SecpvmError `FORGED`, and as `seal`
 */
export function open(
  name: string,
  key: Uint8Array,
  nonce: Uint8Array,
  data: Uint8Array,
  aad: Uint8Array = EMPTY,
): Uint8Array {
  const aead = aeadId(name);
  putSealed(key, nonce, data, aad, 0);
  const len = check(raw.open(aead, key.length, nonce.length, aad.length, data.length));
  return output(key.length + nonce.length + aad.length, len);
}

function putSealed(
  key: Uint8Array,
  nonce: Uint8Array,
  data: Uint8Array,
  aad: Uint8Array,
  room: number,
): void {
  bytes(aad, "aad");
  bytes(data, "data");
  put3(bytes(key, "key"), bytes(nonce, "nonce"), aad, data.length + room);
  reserve(0).set(data, key.length + nonce.length + aad.length);
}

/**
 * The digest of a message.
 *
 * @param name `"md5"`, `"sha1"` or `"sha256"`
 * @throws SecpvmError `UNKNOWN_ALGORITHM`
 */
export function digest(name: string, data: Uint8Array): Uint8Array {
  const id = digestId(name);
  put(bytes(data, "data"));
  return output(0, check(raw.digest(id, data.length)));
}

/**
 * The MAC of a message.
 *
 * @param name such as `"hmac-sha256"` or `"keyed-md5"`
 * @param tagLen to have it cut to that many bytes
 * @throws SecpvmError `UNKNOWN_ALGORITHM` or `LENGTH`
 */
export function mac(name: string, key: Uint8Array, data: Uint8Array, tagLen?: number): Uint8Array {
  const [id, cut] = [macId(name), cutTo(tagLen)];
  put2(bytes(key, "key"), bytes(data, "data"), SHARED_LEN_MAX);
  return output(0, check(raw.mac(id, cut, key.length, data.length)));
}

/** @internal A length to cut a tag to, as a number; 0 for none. */
export function cutTo(tagLen: number | undefined): number {
  if (tagLen === undefined) {
    return 0;
  }
  // 0 would say "all of it": a tag of no bytes is refused like any other that is too short.
  return integer(tagLen, 255, "tagLen") || 1;
}

/**
 * Check the MAC of a message, in constant time.
 *
 * @param tag all of the MAC
 * @throws SecpvmError `FORGED`, and as `mac`
 */
export function verify(name: string, key: Uint8Array, data: Uint8Array, tag: Uint8Array): void {
  const id = macId(name);
  put3(bytes(key, "key"), bytes(data, "data"), bytes(tag, "tag"));
  check(raw.verify(id, key.length, data.length, tag.length));
}

/**
 * What the peer of a key agreement is told.
 *
 * @param name `"x25519"`, `"modp-2048"` or `"modp-1024"`
 * @param secret entropy of one of its lengths
 * @throws SecpvmError `UNKNOWN_ALGORITHM` or `LENGTH`
 */
export function publicValue(name: string, secret: Uint8Array): Uint8Array {
  const id = agreementId(name);
  put(bytes(secret, "secret"), SHARED_LEN_MAX);
  return output(secret.length, check(raw.public_value(id, secret.length)));
}

/**
 * The secret shared with whoever sent `publicValue`.
 *
 * @throws SecpvmError `BAD_PUBLIC_VALUE`, `UNKNOWN_ALGORITHM` or `LENGTH`
 */
export function agree(name: string, ours: Uint8Array, theirs: Uint8Array): Uint8Array {
  const id = agreementId(name);
  put2(bytes(ours, "secret"), bytes(theirs, "public value"), SHARED_LEN_MAX);
  const len = check(raw.agree(id, ours.length, theirs.length));
  return secret(ours.length + theirs.length, len);
}

/**
 * X25519 (RFC 7748): the secret shared by the holder of `privateKey` and that of `publicKey`.
 *
 * @param privateKey 32 bytes of entropy
 * @param publicKey 32 bytes, as `publicValue("x25519", ...)` makes them
 * @throws SecpvmError `BAD_PUBLIC_VALUE` or `LENGTH`
 */
export function x25519(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return agree("x25519", privateKey, publicKey);
}

/**
 * Keys from a secret that is not one, such as a shared secret.
 *
 * @param name `"hkdf-sha256"` (RFC 5869)
 * @param salt need not be secret, and may be empty
 * @param info different ones give independent keys
 * @param outLen at most 8160 bytes
 * @throws SecpvmError `UNKNOWN_ALGORITHM` or `LENGTH`
 */
export function derive(
  name: string,
  ikm: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  outLen: number,
): Uint8Array {
  const id = kdfId(name);
  integer(outLen, 0x7fff_ffff, "outLen");
  // Longer ones are refused on the other side.
  put3(bytes(ikm, "secret"), bytes(salt, "salt"), bytes(info, "info"), Math.min(outLen, 65_536));
  const len = check(raw.derive(id, ikm.length, salt.length, info.length, outLen));
  return secret(ikm.length + salt.length + info.length, len);
}

/**
 * Add padding.
 *
 * @param name as for `encrypt`
 * @param blockLen 1 to 255 bytes
 * @throws SecpvmError `UNKNOWN_ALGORITHM` or `LENGTH`
 */
export function pad(name: string, blockLen: number, data: Uint8Array): Uint8Array {
  const id = paddingId(name);
  put(bytes(data, "data"), 255);
  return output(0, check(raw.pad(id, integer(blockLen, 255, "blockLen"), data.length)));
}

/**
 * Take padding away.
 *
 * @param count as for `decrypt`
 * @throws SecpvmError `UNKNOWN_ALGORITHM` or `BAD_PADDING`
 */
export function unpad(
  name: string,
  blockLen: number,
  data: Uint8Array,
  count?: number,
): Uint8Array {
  const id = paddingId(name);
  const told = count === undefined ? -1 : integer(count, 255, "count");
  put(bytes(data, "data"));
  return output(0, check(raw.unpad(id, integer(blockLen, 255, "blockLen"), data.length, told)));
}
