import { posix } from 'node:path';
import type { ComposeService } from './compose-file.ts';
import type { Mount } from './compose-values.ts';

/** The mount that brings a path of the container: the nearest around it. */
export function mountAt({ mounts }: ComposeService, path: string): Mount | undefined {
  return mounts
    .filter(({ target }) => target && !posix.relative(target, path).startsWith('..'))
    .sort((one, other) => other.target.length - one.target.length)[0];
}

/** The file or folder of the step, "prometheus/rules.yaml", that a service sees at a path; undefined when it sees none. */
export function hostPath(service: ComposeService, path: string): string | undefined {
  const mount = mountAt(service, path);
  if (!mount?.source.startsWith('.')) return undefined;
  return posix.join(mount.source, posix.relative(mount.target, path)).replace(/(.)\/$/, '$1');
}

/** The value of a flag of the service's command, "--flag=value" or "--flag value", with one dash or two. */
export function flagValue({ command }: ComposeService, flag: string): string | undefined {
  const index = command.findIndex((word) => word.split('=')[0]?.replace(/^--?/, '') === flag);
  if (index < 0) return undefined;
  const [, value = command[index + 1]] = command[index]?.split(/=(.*)/s) ?? [];
  return value ?? '';
}
