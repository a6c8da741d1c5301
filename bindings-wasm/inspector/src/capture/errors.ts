/** A file that cannot be read as what it was taken for. The message is for whoever chose the file. */
export class CaptureError extends Error {
  override readonly name = "CaptureError";
}
