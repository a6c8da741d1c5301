/** Files that become part of the page, as base64. */
declare module "*?base64" {
  const text: string;
  export default text;
}

/** The cases of known answers, by schema; the package's own tests run the same. */
declare module "*/tests/vectors.js" {
  export function checkOf(
    schema: string,
  ): (test: Readonly<Record<string, unknown>>, group: Readonly<Record<string, unknown>>) => void;
}
