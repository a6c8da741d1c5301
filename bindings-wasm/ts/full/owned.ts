/* Objects that live in WebAssembly. */
import { SecpvmError } from "../error.js";
import { wrong } from "./arguments.js";

/** What wasm-bindgen makes of a Rust object. */
interface Raw {
  free(): void;
}

/** How other classes of this package get at the object inside. */
export const HELD = Symbol("held");

/**
 * An object that lives in WebAssembly. `free()`, or the end of a `using` block, wipes its keys;
 * what is forgotten is wiped when the garbage collector gets to it.
 */
export abstract class Owned<Held extends Raw> {
  #held: Held | undefined;

  /** @internal */
  constructor(held: Held) {
    if (typeof (held as { __wbg_ptr?: unknown } | undefined)?.__wbg_ptr !== "number") {
      throw new SecpvmError("ARGUMENT", "this class has no constructor: call its static functions");
    }
    this.#held = held;
  }

  /** @internal */
  get [HELD](): Held {
    if (this.#held === undefined) {
      throw new SecpvmError("OUT_OF_ORDER", "this object has been freed");
    }
    return this.#held;
  }

  /** Whether it has been freed. */
  get isFreed(): boolean {
    return this.#held === undefined;
  }

  /** Wipe it. Every later call is an error, but for another `free()`. */
  free(): void {
    const held = this.#held;
    this.#held = undefined;
    held?.free();
  }

  /** The same, at the end of a `using` block. */
  declare [Symbol.dispose]: () => void;
}

// Engines that do not know the symbol have no `using` either.
if (Symbol.dispose !== undefined) {
  Object.defineProperty(Owned.prototype, Symbol.dispose, {
    value: function dispose(this: Owned<Raw>): void {
      this.free();
    },
    configurable: true,
    writable: true,
  });
}

/** The object inside an argument of the class `type`. */
export function held<Held extends Raw>(
  type: { readonly name: string; readonly prototype: Owned<Held> },
  value: Owned<Held>,
  name: string,
): Held {
  if (!Object.prototype.isPrototypeOf.call(type.prototype, value)) {
    throw wrong(name, `a ${type.name}`, value);
  }
  return value[HELD];
}
