import { fail } from './finding.ts';
import type { YamlFile, YamlPath } from './yaml-file.ts';

/** What stands there is a list, or nothing. Without its dash, a list entry is something else. @throws CheckFailure */
export function expectList(file: YamlFile, place: YamlPath): void {
  const value = file.get(place);
  if (value === undefined || value === null || Array.isArray(value)) return;
  const [key] = typeof value === 'object' ? Object.keys(value) : [];
  fail({
    expected: key
      ? `a list below ${place.at(-1)}:, its entry with a dash: "- ${key}:"`
      : `a list: ${place.at(-1)}: ["${value}"]`,
    actual: key ? `a mapping: ${key}: without a dash` : `one text: ${value}`,
    where: file.where(key ? [...place, key] : place),
    hint: 'Each entry of a list begins with a dash, or the list stands in brackets. Keys without a dash are a mapping, which is something else.',
  });
}
