/** `import text from "FILE?base64"`: any file, as part of a script. */
import { readFile } from "node:fs/promises";
import type { Plugin } from "vite";

const QUERY = "?base64";

/** The plug-in. */
export function embed(): Plugin {
  return {
    name: "embed",
    enforce: "pre",
    async resolveId(source, importer) {
      if (!source.endsWith(QUERY)) return undefined;
      const found = await this.resolve(source.slice(0, -QUERY.length), importer);
      return found && found.id + QUERY;
    },
    async load(id) {
      if (!id.endsWith(QUERY)) return undefined;
      const bytes = await readFile(id.slice(0, -QUERY.length));
      return `export default "${bytes.toString("base64")}";`;
    },
    transform(code, id) {
      // The package offers bundlers its module as a file of its own. The page has it inside: see worker.ts.
      if (!id.endsWith("/secpvm/full/init.js")) return undefined;
      const offer = 'new URL("raw_bg.wasm", import.meta.url)';
      if (!code.includes(offer)) throw new Error("the package loads its module in another way now");
      return { code: code.replace(offer, "new ArrayBuffer(0)"), map: null };
    },
  };
}
