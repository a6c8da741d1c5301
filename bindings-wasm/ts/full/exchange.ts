/* The key exchange of 1997. Broken: nobody is authenticated. */
import { bytes, fields, oneOf } from "./arguments.js";
import { check, made, output, put, reserve } from "./border.js";
import { CLASSIC_HEADER_LEN, SessionKey } from "./classic.js";
import { HELD, held, Owned } from "./owned.js";
import { MESSAGE_HEADER_LEN } from "./pvm.js";
import * as raw from "./raw.js";
import { entropy } from "./session.js";

const KINDS = ["MASTER_PUBKEY", "SLAVE_PUBKEY", "SESSKEY", "SESSKEYACK"] as const;

/** Lengths of their bodies, in bytes. */
const BODY_LENS = [128, 128, 32, 0] as const;

/** Where the body is in a packet, in bytes. */
const BODY_AT = CLASSIC_HEADER_LEN + MESSAGE_HEADER_LEN;

/** What a message is. */
export type ExchangeKind = (typeof KINDS)[number];

/** A message of the exchange. */
export interface ExchangeMessage {
  readonly kind: ExchangeKind;
  readonly body: Uint8Array;
}

/**
 * Read a packet that carries a message: the 32 bytes of a plain packet's header, PVM's message header of 32
 * bytes, and the body. Nothing of it is authentic.
 *
 * @param packet all of it
 * @throws SecpvmError `MALFORMED` for any other packet
 */
export function parseExchangeMessage(packet: Uint8Array): ExchangeMessage {
  put(bytes(packet, "packet"));
  const kind = check(raw.exchange_message(packet.length));
  return { kind: KINDS[kind] as ExchangeKind, body: output(BODY_AT, BODY_LENS[kind] as number) };
}

/** One side of the exchange: the master hands the session key on, the slave receives it. */
export class Exchange extends Owned<raw.Exchange> {
  private constructor(exchange: raw.Exchange) {
    super(exchange);
  }

  /**
   * The master's side.
   *
   * @param exponent 32 to 128 bytes of entropy; by default 32 from `crypto.getRandomValues`
   * @throws SecpvmError `LENGTH`
   */
  static master(key: SessionKey, exponent?: Uint8Array): Exchange {
    const holder = held(SessionKey, key, "session key");
    const secret = exponent ?? entropy(undefined, "exponent");
    put(bytes(secret, "exponent"));
    return new Exchange(made(raw.Exchange.master(holder, secret.length)));
  }

  /** The slave's side. */
  static slave(exponent?: Uint8Array): Exchange {
    const secret = exponent ?? entropy(undefined, "exponent");
    put(bytes(secret, "exponent"));
    return new Exchange(made(raw.Exchange.slave(secret.length)));
  }

  /**
   * Write the next message.
   *
   * @throws SecpvmError `OUT_OF_ORDER`
   */
  writeMessage(): ExchangeMessage {
    const exchange = this[HELD];
    reserve(BODY_LENS[0]);
    const kind = check(exchange.write_message());
    return { kind: KINDS[kind] as ExchangeKind, body: output(0, BODY_LENS[kind] as number) };
  }

  /**
   * Read the peer's next message. One that is rejected changes nothing.
   *
   * @throws SecpvmError `MALFORMED`, `FORGED` or `OUT_OF_ORDER`
   */
  readMessage(message: ExchangeMessage): void {
    const exchange = this[HELD];
    const { kind, body } = fields(message, "message");
    const index = KINDS.indexOf(oneOf(KINDS, kind, "kind"));
    put(bytes(body, "body"));
    check(exchange.read_message(index, body.length));
  }

  /** Whether all four messages have passed. */
  get isFinished(): boolean {
    return this[HELD].is_finished();
  }

  /** A copy of the key that the slave received; `null` before that, and for the master. */
  sessionKey(): SessionKey | null {
    const key = this[HELD].session_key();
    return key === undefined ? null : SessionKey.holding(key);
  }
}
