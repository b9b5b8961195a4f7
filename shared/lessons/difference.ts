/** The index of the first line in which two texts differ; undefined when they are the same. */
export function firstDifference(one: string[], other: string[]): number | undefined {
  const length = Math.max(one.length, other.length);
  for (let index = 0; index < length; index += 1) if (one[index] !== other[index]) return index;
  return undefined;
}
