/**
 * Puts script and style into the page, and a Content-Security-Policy that permits just these, by their hashes.
 * From file:// a browser loads no modules; and a page that is one file can be kept, sent and audited as one.
 */
import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/** The plug-in. */
export function onePage(): Plugin {
  return {
    name: "one-page",
    enforce: "post",
    generateBundle(_, bundle) {
      let script = "";
      let style = "";
      let page: (typeof bundle)[string] | undefined;
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === "chunk") script += file.code;
        else if (name.endsWith(".css")) style += textOf(file.source);
        else if (name.endsWith(".html")) page = file;
        else throw new Error(`${name} is not part of the page`);
        if (file !== page) delete bundle[name];
      }
      if (page?.type !== "asset") throw new Error("there is no page");
      page.fileName = "inspector.html";
      page.source = assemble(textOf(page.source), script.trim(), style.trim());
    },
  };
}

function assemble(html: string, script: string, style: string): string {
  // The end tag of a script ends it wherever it stands.
  const safe = script.replaceAll("</script", "<\\/script");
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(safe)} 'wasm-unsafe-eval'`,
    `style-src ${hashOf(style)}`,
    "worker-src blob:",
    "img-src data:",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const bare = html
    .replace(/<script type="module"[^>]*><\/script>\s*/, "")
    .replace(/<link rel="stylesheet"[^>]*>\s*/, "");
  return bare
    .replace(
      '<meta charset="utf-8">',
      () => `<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    )
    .replace("</head>", () => `<style>${style}</style>\n<script type="module">${safe}</script>\n</head>`);
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function textOf(source: string | Uint8Array): string {
  return typeof source === "string" ? source : new TextDecoder().decode(source);
}
