import { isRecord, valueAt, type YamlFile, type YamlPath } from './yaml-file.ts';

/** Lists of which Compose keeps only the later one. */
const REPLACED = /^(command|entrypoint|test)$/;

/**
 * Two files as the one that they are together: maps are put together, lists one after the other, and of two other values
 * the later one counts. So Compose reads its override file, and Prometheus its scrape_config_files.
 */
export function together(first: YamlFile, second: YamlFile): YamlFile {
  /** The file in which a place stands, and where there. */
  const find = (place: YamlPath): [YamlFile, YamlPath] => {
    for (const depth of place.keys()) {
      const list = place.slice(0, depth);
      const own = first.get(list);
      if (!areAdded(own, second.get(list), list.at(-1))) continue;
      const [entry, ...inner] = place.slice(depth);
      return Number(entry) < own.length
        ? [first, place]
        : [second, [...list, Number(entry) - own.length, ...inner]];
    }
    return [second.get(place) === undefined ? first : second, place];
  };
  const value = merge(first.value, second.value);
  return {
    ...{ path: first.path, value },
    get: (place) => valueAt(value, place),
    source(place) {
      const [file, own] = find(place);
      return file.source(own);
    },
    where(place) {
      const [file, own] = find(place);
      return file.where(own);
    },
  };
}

const areAdded = (first: unknown, second: unknown, key: unknown): first is unknown[] =>
  Array.isArray(first) && Array.isArray(second) && !REPLACED.test(String(key));

function merge(first: unknown, second: unknown, key?: string): unknown {
  if (second === undefined) return first;
  if (areAdded(first, second, key)) return [...first, ...(second as unknown[])];
  if (!isRecord(first) || !isRecord(second)) return second;
  const names = Object.keys({ ...first, ...second });
  return Object.fromEntries(names.map((name) => [name, merge(first[name], second[name], name)]));
}
