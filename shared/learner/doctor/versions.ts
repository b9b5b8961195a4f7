/** The numbers of a version: "v2.40.3-3" has 2, 40 and 3. */
const numbersOf = (version: string): number[] =>
  (version.match(/\d+(\.\d+)*/)?.[0] ?? '0').split('.').map(Number);

/** True when a version is the wanted one or newer. Whatever follows the numbers does not count. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [have, want] = [numbersOf(version), numbersOf(wanted)];
  const index = want.findIndex((number, place) => number !== (have[place] ?? 0));
  return index < 0 || (have[index] ?? 0) > (want[index] ?? 0);
}

/** 25276502016 is "25.3 GB". */
export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
