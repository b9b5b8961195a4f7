export type Json = Record<string, unknown>;

/** Deeper JSON would overflow the stack when it is written out again. Slack's own messages need about ten levels. */
const DEEPEST = 20;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns undefined for what is no JSON object, or a very deep one. */
export function parseObject(json: unknown): Json | undefined {
  try {
    const value = typeof json === 'string' ? JSON.parse(json) : undefined;
    return isObject(value) && !isDeeperThan(DEEPEST, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
