import { posix } from 'node:path';
import type { Mount } from './compose-values.ts';
import { asList, isRecord, type YamlFile, type YamlPath } from './yaml-file.ts';

/**
 * Compose's own configs and secrets, as the mounts that they become. One whose text stands in the compose file, or in a
 * variable, has no file.
 *
 * @param service where it stands in the compose file
 */
export function sharedFiles(compose: YamlFile, service: YamlPath): Mount[] {
  return ['configs', 'secrets'].flatMap((kind) =>
    asList(compose.get([...service, kind])).flatMap((entry, index) => {
      const { source, target } = isRecord(entry) ? entry : { source: entry };
      const file = compose.get([kind, String(source), 'file']);
      if (typeof file !== 'string') return [];
      const folder = kind === 'configs' ? '/' : '/run/secrets';
      return {
        source: `./${posix.normalize(file)}`,
        target: posix.resolve(folder, String(target ?? source)),
        readOnly: true,
        where: compose.where([...service, kind, index]),
      };
    }),
  );
}
