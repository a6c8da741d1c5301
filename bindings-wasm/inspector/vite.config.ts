import { defineConfig } from "vite";
import { embed } from "./build/embed.ts";
import { onePage } from "./build/one_page.ts";

/** One HTML file, target/wasm/inspector.html, with everything in it. */
export default defineConfig({
  base: "./",
  plugins: [embed(), onePage()],
  worker: { plugins: () => [embed()] },
  // The cases of ../tests import the package too: it is to be the same one.
  resolve: { dedupe: ["secpvm"] },
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
