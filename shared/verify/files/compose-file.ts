import { expectEnvironment, readEnvironment, sharedFiles } from './compose-other-files.ts';
import { type Mount, parseMount, parsePort, splitCommand } from './compose-values.ts';
import { fail } from './finding.ts';
import type { StepFiles } from './step-files.ts';
import { asList, isRecord, type YamlFile, type YamlPath } from './yaml-file.ts';

/** A service of the compose file, whatever syntax it is written in. */
export interface ComposeService {
  name: string;
  /** "docker-compose.yaml:12" of one of its keys, or of the service when the key is not there. */
  where(...place: YamlPath): string;
  get(...place: YamlPath): unknown;
  /** Container ports it publishes, each with its line. */
  ports: { target: string; text: string; where: string }[];
  mounts: Mount[];
  /** Variables, from a map, a list or the files of env_file. */
  environment: Record<string, string>;
  /** Where a variable is set, below environment: or in one of the files of env_file. */
  whereSet(name: string): string;
  /** The words of its command, from a list or one text. */
  command: string[];
}

export interface ComposeFile {
  file: YamlFile;
  serviceNames: string[];
  /** Named volumes that are declared at the end of the file. */
  volumes: string[];
  /** @throws CheckFailure when there is no such service */
  service(name: string): ComposeService;
}

/** @throws CheckFailure when the file is missing, does not parse, has no services, or names a file that is missing */
export function readCompose(files: StepFiles): ComposeFile {
  const file = files.yaml(files.composePath());
  const services = file.get(['services']);
  if (!isRecord(services)) {
    fail({
      expected: 'services: with one entry for each service',
      actual: services === undefined ? 'no services' : JSON.stringify(services),
      where: file.where(['services']),
      hint: 'Everything below services: is indented by two spaces; then come the names of the services.',
    });
  }
  const serviceNames = Object.keys(services);
  for (const name of serviceNames) expectEnvironment(files, file, ['services', name]);
  return {
    file,
    serviceNames,
    volumes: Object.keys((file.get(['volumes']) as object | null) ?? {}),
    service: (name) => describeService(files, file, serviceNames, name),
  };
}

function describeService(
  files: StepFiles,
  file: YamlFile,
  names: string[],
  name: string,
): ComposeService {
  if (!names.includes(name)) {
    fail({
      expected: `a service called ${name}`,
      actual: `services: ${names.join(', ')}`,
      where: file.where(['services']),
      hint: 'Other containers reach a service by its name, so the name must be exact.',
    });
  }
  const at = (...place: YamlPath): YamlPath => ['services', name, ...place];
  const entries = (key: string) =>
    asList(file.get(at(key))).map((entry, index) => ({ entry, where: file.where(at(key, index)) }));
  return {
    name,
    where: (...place) => file.where(at(...place)),
    get: (...place) => file.get(at(...place)),
    ports: entries('ports').map(({ entry, where }) => ({
      target: parsePort(entry),
      text: typeof entry === 'object' ? JSON.stringify(entry) : String(entry),
      where,
    })),
    mounts: [
      ...entries('volumes').map(({ entry, where }) => ({ ...parseMount(entry), where })),
      ...sharedFiles(file, at()),
    ],
    ...readEnvironment(files, file, at()),
    command: splitCommand(file.get(at('command'))),
  };
}
