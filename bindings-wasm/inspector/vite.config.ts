import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { embed } from "./build/embed.ts";
import { onePage } from "./build/one_page.ts";

const secpvm = fileURLToPath(new URL("../../target/wasm/secpvm/full/", import.meta.url));

/** One HTML file, target/wasm/inspector.html, with everything in it. */
export default defineConfig({
  base: "./",
  plugins: [embed(), onePage()],
  worker: { plugins: () => [embed()] },
  resolve: {
    alias: [
      { find: /^secpvm$/, replacement: `${secpvm}index.js` },
      { find: /^secpvm\/secpvm\.wasm/, replacement: `${secpvm}raw_bg.wasm` },
    ],
  },
  build: {
    outDir: "../../target/wasm",
    emptyOutDir: false,
    target: "es2022",
    modulePreload: false,
    cssCodeSplit: false,
    // All of it is one file on purpose.
    chunkSizeWarningLimit: Number.MAX_SAFE_INTEGER,
  },
});
