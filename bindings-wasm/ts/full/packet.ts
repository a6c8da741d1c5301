/**
 * The packet decoder alone: records of the current profile, packets of 1997, datagrams of stock
 * PVM, and key logs. A smaller WebAssembly module than that of `secpvm`, and an instance of its own:
 * objects of the one are not arguments of the other.
 *
 * @module
 */
export { type ErrorCode, SecpvmError } from "../error.js";
export * from "./classic.js";
export { init, type ModuleSource } from "./init.js";
export { readKeyLog } from "./keylog.js";
export * from "./pvm.js";
export * from "./record.js";
export { SESSION_LEN, Session, type Suite, suites } from "./session.js";
