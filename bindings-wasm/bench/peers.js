/*
 * What is compared: for each algorithm, a function of the data for secpvm and for each peer that
 * has it. All get key and IV with each call, as a one-shot function does, but for WebCrypto, whose
 * keys are objects made beforehand, and crypto-js, whose data are its own WordArrays, made
 * beforehand too.
 */
import { cbc, cfb, ctr, ecb, gcm } from "@noble/ciphers/aes.js";
import { chacha20, chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hmac } from "@noble/hashes/hmac.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import CryptoJs from "crypto-js";
import * as secpvm from "secpvm";

const bytes = (len) => Uint8Array.from({ length: len }, (_, at) => (7 * at + 1) & 255);
const words = (bytes) => CryptoJs.lib.WordArray.create(bytes);

const [key16, key24, key32, iv8, iv16] = [16, 24, 32, 8, 16].map(bytes);
const nonce = bytes(12);
/** RFC 8439's nonce behind a block counter of 0, as the cipher takes it here. */
const counterAndNonce = new Uint8Array([0, 0, 0, 0, ...nonce]);
const none = new Uint8Array(0);

/** A cipher of crypto-js, in CBC where nothing else is said. */
const cryptoJs = (cipher, key, iv, mode = CryptoJs.mode.CBC) => {
  const settings = { mode, padding: CryptoJs.pad.NoPadding, ...(iv && { iv: words(iv) }) };
  const secret = words(key);
  return ({ words }) => cipher.encrypt(words, secret, settings).ciphertext;
};

const cryptoJsHmac = (hmac, key) => {
  const secret = words(key);
  return ({ words }) => hmac(words, secret);
};

/** A cipher of WebCrypto. */
const web = async (algorithm, key) => {
  const { name } = algorithm;
  const imported = await crypto.subtle.importKey("raw", key, { name }, false, ["encrypt"]);
  return ({ data }) => crypto.subtle.encrypt(algorithm, imported, data);
};

const webHmac = async () => {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", key32, algorithm, false, ["sign"]);
  return ({ data }) => crypto.subtle.sign("HMAC", key, data);
};

const webCtr = { name: "AES-CTR", counter: iv16, length: 128 };

/** Calls by algorithm and implementation, of `{ data, words }`. */
export const rows = {
  "aes-128-cbc": {
    secpvm: ({ data }) => secpvm.encrypt("aes-128-cbc", key16, iv16, data),
    noble: ({ data }) => cbc(key16, iv16, { disablePadding: true }).encrypt(data),
    "crypto-js": cryptoJs(CryptoJs.AES, key16, iv16),
    WebCrypto: await web({ name: "AES-CBC", iv: iv16 }, key16),
  },
  "aes-256-cbc": {
    secpvm: ({ data }) => secpvm.encrypt("aes-256-cbc", key32, iv16, data),
    noble: ({ data }) => cbc(key32, iv16, { disablePadding: true }).encrypt(data),
    "crypto-js": cryptoJs(CryptoJs.AES, key32, iv16),
    WebCrypto: await web({ name: "AES-CBC", iv: iv16 }, key32),
  },
  "aes-128-cbc, decrypting": {
    secpvm: ({ data }) => secpvm.decrypt("aes-128-cbc", key16, iv16, data),
    noble: ({ data }) => cbc(key16, iv16, { disablePadding: true }).decrypt(data),
  },
  "aes-128-ecb": {
    secpvm: ({ data }) => secpvm.encrypt("aes-128-ecb", key16, none, data),
    noble: ({ data }) => ecb(key16, { disablePadding: true }).encrypt(data),
    "crypto-js": cryptoJs(CryptoJs.AES, key16, undefined, CryptoJs.mode.ECB),
  },
  "aes-128-cfb": {
    secpvm: ({ data }) => secpvm.encrypt("aes-128-cfb", key16, iv16, data),
    noble: ({ data }) => cfb(key16, iv16).encrypt(data),
    "crypto-js": cryptoJs(CryptoJs.AES, key16, iv16, CryptoJs.mode.CFB),
  },
  "aes-128-ofb": {
    secpvm: ({ data }) => secpvm.encrypt("aes-128-ofb", key16, iv16, data),
    "crypto-js": cryptoJs(CryptoJs.AES, key16, iv16, CryptoJs.mode.OFB),
  },
  "aes-128-ctr": {
    secpvm: ({ data }) => secpvm.encrypt("aes-128-ctr", key16, iv16, data),
    noble: ({ data }) => ctr(key16, iv16).encrypt(data),
    "crypto-js": cryptoJs(CryptoJs.AES, key16, iv16, CryptoJs.mode.CTR),
    WebCrypto: await web(webCtr, key16),
  },
  "aes-256-ctr": {
    secpvm: ({ data }) => secpvm.encrypt("aes-256-ctr", key32, iv16, data),
    noble: ({ data }) => ctr(key32, iv16).encrypt(data),
    WebCrypto: await web(webCtr, key32),
  },
  "aes-256-gcm": {
    secpvm: ({ data }) => secpvm.seal("aes-256-gcm", key32, nonce, data),
    noble: ({ data }) => gcm(key32, nonce).encrypt(data),
    WebCrypto: await web({ name: "AES-GCM", iv: nonce }, key32),
  },
  "chacha20-poly1305": {
    secpvm: ({ data }) => secpvm.seal("chacha20-poly1305", key32, nonce, data),
    noble: ({ data }) => chacha20poly1305(key32, nonce).encrypt(data),
  },
  chacha20: {
    secpvm: ({ data }) => secpvm.encrypt("chacha20", key32, counterAndNonce, data),
    noble: ({ data }) => chacha20(key32, nonce, data),
  },
  "des-cbc": {
    secpvm: ({ data }) => secpvm.encrypt("des-cbc", iv8, iv8, data),
    "crypto-js": cryptoJs(CryptoJs.DES, iv8, iv8),
  },
  "3des-cbc": {
    secpvm: ({ data }) => secpvm.encrypt("3des-cbc", key24, iv8, data),
    "crypto-js": cryptoJs(CryptoJs.TripleDES, key24, iv8),
  },
  "blowfish-cbc": {
    secpvm: ({ data }) => secpvm.encrypt("blowfish-cbc", key16, iv8, data),
    "crypto-js": cryptoJs(CryptoJs.Blowfish, key16, iv8),
  },
  rc4: {
    secpvm: ({ data }) => secpvm.encrypt("rc4", key16, none, data),
    "crypto-js": cryptoJs(CryptoJs.RC4, key16),
  },
  md5: {
    secpvm: ({ data }) => secpvm.digest("md5", data),
    noble: ({ data }) => md5(data),
    "crypto-js": ({ words }) => CryptoJs.MD5(words),
  },
  sha1: {
    secpvm: ({ data }) => secpvm.digest("sha1", data),
    noble: ({ data }) => sha1(data),
    "crypto-js": ({ words }) => CryptoJs.SHA1(words),
    WebCrypto: ({ data }) => crypto.subtle.digest("SHA-1", data),
  },
  sha256: {
    secpvm: ({ data }) => secpvm.digest("sha256", data),
    noble: ({ data }) => sha256(data),
    "crypto-js": ({ words }) => CryptoJs.SHA256(words),
    WebCrypto: ({ data }) => crypto.subtle.digest("SHA-256", data),
  },
  "hmac-md5": {
    secpvm: ({ data }) => secpvm.mac("hmac-md5", key16, data),
    noble: ({ data }) => hmac(md5, key16, data),
    "crypto-js": cryptoJsHmac(CryptoJs.HmacMD5, key16),
  },
  "hmac-sha1": {
    secpvm: ({ data }) => secpvm.mac("hmac-sha1", key16, data),
    noble: ({ data }) => hmac(sha1, key16, data),
    "crypto-js": cryptoJsHmac(CryptoJs.HmacSHA1, key16),
  },
  "hmac-sha256": {
    secpvm: ({ data }) => secpvm.mac("hmac-sha256", key32, data),
    noble: ({ data }) => hmac(sha256, key32, data),
    "crypto-js": cryptoJsHmac(CryptoJs.HmacSHA256, key32),
    WebCrypto: await webHmac(),
  },
};

/** Data of `len` bytes, as everyone wants them. */
export function input(len) {
  const data = bytes(len);
  return { data, words: words(data) };
}

/** A result in hexadecimal; WebCrypto pads CBC, so as much of it as `len` says. */
export function shown(result, len) {
  if (typeof result.sigBytes === "number") {
    return result.toString(CryptoJs.enc.Hex);
  }
  const bytes = new Uint8Array(result).subarray(0, len);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
