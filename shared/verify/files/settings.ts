import { fail } from './finding.ts';
import { flagValue, hostPath } from './mounts.ts';
import type { StepUnderTest } from './step-under-test.ts';
import type { YamlFile } from './yaml-file.ts';

/** A server's own settings: where it reads them, and what the learner wrote there. */
export interface Settings {
  /** Inside the container: "/etc/prometheus/prometheus.yaml". */
  containerPath: string;
  file: YamlFile;
}

/** @throws CheckFailure when no file of the step is mounted where the server reads its settings, or it does not parse */
export function readSettings(step: StepUnderTest, server: 'prometheus' | 'alertmanager'): Settings {
  const { containerPath, path } = findSettings(step, server);
  return { containerPath, file: step.files.yaml(path) };
}

/** Where a server's settings lie, in its container and in the step. @throws CheckFailure when they are not there */
export function findSettings(step: StepUnderTest, server: 'prometheus' | 'alertmanager') {
  const service = step.compose().service(server);
  // The images read NAME.yml; the workshop's files are called NAME.yaml.
  const containerPath = flagValue(service, 'config.file') ?? `/etc/${server}/${server}.yml`;
  const path = hostPath(service, containerPath);
  if (path === undefined) {
    const places = service.mounts.map(({ target }) => target);
    fail({
      expected: `one of your files at ${containerPath} in the container, where ${server} reads its settings`,
      actual: places.length ? `mounts at ${places.join(', ')}` : 'nothing mounted',
      where: service.where('volumes'),
      hint: 'A container sees a file of yours only where volumes: puts it: ./folder:/path/in/the/container:ro',
    });
  }
  if (!step.files.exists(path)) {
    fail({
      expected: `${path}, which the service ${server} reads as ${containerPath}`,
      actual: 'no such file',
      where: `${path} (missing)`,
      hint: 'The file, the mount under volumes: and --config.file must name the same place.',
    });
  }
  return { containerPath, path };
}
