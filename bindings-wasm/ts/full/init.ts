import { SecpvmError } from "../error.js";
import { attach, isReady } from "./border.js";

/** Where the WebAssembly module can come from. */
export type ModuleSource =
  | WebAssembly.Module
  | BufferSource
  | Response
  | URL
  | string
  | Promise<Response>;

/**
 * Load the WebAssembly module; once, before anything else. Every other call is then synchronous.
 *
 * Without an argument it comes from the file beside this one: read from disk by Node, fetched by
 * a browser, moved to its place by a bundler. With one, nothing is loaded that is not there
 * already: a page that has the bytes inside it needs no request.
 *
 * @param source the module, its bytes, a response with them, or their address
 * @throws SecpvmError `ARGUMENT` for anything else, `INTERNAL` if it is no such module
 */
export async function init(source?: ModuleSource): Promise<void> {
  if (!isReady()) {
    const module = await compiled(await (source ?? new URL("raw_bg.wasm", import.meta.url)));
    if (!isReady()) {
      attach(module);
    }
  }
}

async function compiled(source: Awaited<ModuleSource>): Promise<WebAssembly.Module> {
  if (isModule(source)) {
    return source;
  }
  const bytes = await bytesOf(source);
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw new SecpvmError("ARGUMENT", `no WebAssembly module: ${(error as Error).message}`);
  }
}

/** A type of its own to the eye only: TypeScript takes any object for a module. */
function isModule(source: unknown): source is WebAssembly.Module & { readonly isModule: true } {
  return source instanceof WebAssembly.Module;
}

async function bytesOf(source: unknown): Promise<BufferSource> {
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return source as BufferSource;
  }
  if (typeof source === "string" || source instanceof URL) {
    return await load(new URL(source, import.meta.url));
  }
  if (source instanceof Response) {
    return await body(source);
  }
  throw new SecpvmError("ARGUMENT", "wrong source: expected a module, bytes, a Response or a URL");
}

async function load(url: URL): Promise<BufferSource> {
  if (url.protocol === "file:" && typeof process === "object" && process.versions?.node) {
    // Not written out, or bundlers would look for it in a browser.
    const files = "node:fs/promises";
    const { readFile } = await import(/* @vite-ignore */ /* webpackIgnore: true */ files);
    return readFile(url);
  }
  return await body(await fetch(url));
}

async function body(response: Response): Promise<BufferSource> {
  if (!response.ok) {
    throw new SecpvmError("ARGUMENT", `no module at ${response.url}: status ${response.status}`);
  }
  return await response.arrayBuffer();
}
