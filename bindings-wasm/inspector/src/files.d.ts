/** Files that become part of the page, as base64. */
declare module "*?base64" {
  const text: string;
  export default text;
}
