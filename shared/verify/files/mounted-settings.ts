import { posix } from 'node:path';
import type { ComposeService } from './compose-file.ts';
import { fail } from './finding.ts';
import type { StepUnderTest } from './step-under-test.ts';
import type { YamlFile } from './yaml-file.ts';

/** A server's own settings: where it reads them, and what the learner wrote there. */
export interface Settings {
  /** Inside the container: "/etc/prometheus/prometheus.yaml". */
  containerPath: string;
  file: YamlFile;
}

/** Which file of the step a service sees at a path in its container; undefined when no folder of the step is there. */
export function seenAt(service: ComposeService, containerPath: string): string | undefined {
  const [mount] = service.mounts
    .filter(({ target }) => `${containerPath}/`.startsWith(`${target}/`))
    .sort((one, other) => other.target.length - one.target.length);
  if (!mount?.source.startsWith('.')) return undefined;
  return posix.join(mount.source, containerPath.slice(mount.target.length));
}

/**
 * The settings that a server starts with.
 *
 * @param standard what the image reads when nobody says --config.file
 * @throws CheckFailure when no file of the step is mounted there, or it does not parse
 */
export function settingsOf(step: StepUnderTest, name: string, standard: string): Settings {
  const { containerPath, path } = settingsPath(step, name, standard);
  return { containerPath, file: step.files.yaml(path) };
}

/** Where the settings lie, in the container and in the step. @throws CheckFailure when no file of the step is there */
export function settingsPath(step: StepUnderTest, name: string, standard: string) {
  const service = step.compose().service(name);
  const containerPath = flagValue(service.command, '--config.file') ?? standard;
  const path = seenAt(service, containerPath);
  if (path === undefined) {
    const places = service.mounts.map(({ target }) => target);
    fail({
      expected: `one of your files at ${containerPath} in the container, where ${name} reads its settings`,
      actual: places.length ? `mounts at ${places.join(', ')}` : 'nothing mounted',
      where: service.where('volumes'),
      hint: 'A container sees a file of yours only where volumes: puts it: ./folder:/path/in/the/container:ro',
    });
  }
  if (!step.files.exists(path)) {
    fail({
      expected: `${path}, which the service ${name} reads as ${containerPath}`,
      actual: 'no such file',
      where: `${path} (missing)`,
      hint: 'The file, the mount under volumes: and --config.file must name the same place.',
    });
  }
  return { containerPath, path };
}

/** The value of "--flag=value" or "--flag value". */
export function flagValue(words: string[], flag: string): string | undefined {
  const index = words.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
  const word = words[index];
  return word?.includes('=') ? word.slice(flag.length + 1) : words[index + 1 || words.length];
}
