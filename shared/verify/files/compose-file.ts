import leven from 'leven';
import {
  type Build,
  buildOf,
  expectEnvironment,
  type Healthcheck,
  healthcheckOf,
  interpolate,
  readEnvironment,
  sharedFiles,
} from './compose-other-files.ts';
import { type Mount, parseMount, parsePort, splitCommand } from './compose-values.ts';
import { fail } from './finding.ts';
import type { StepFiles } from './step-files.ts';
import { together } from './together.ts';
import { asList, expectList, isRecord, type YamlFile, type YamlPath } from './yaml-file.ts';

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
  /** What its image is built from; undefined when it is not built. */
  build: Build | undefined;
  healthcheck: Healthcheck;
  /** With its variables filled in; empty without one. */
  image: string;
  /** The image is named with an exact version or a digest: what is downloaded tomorrow is what is downloaded today. */
  isPinned: boolean;
  /** The words of its command, from a list or one text. */
  command: string[];
  /** The names under which other containers reach it: its own, and those that it is given beside. */
  hostNames: string[];
  /** The networks it is in; none with a network_mode of its own. */
  networks: string[];
  /** Those that Compose starts beside it: of this file, and of no profile. */
  others(): ComposeService[];
}

export interface ComposeFile {
  file: YamlFile;
  serviceNames: string[];
  /** Named volumes that are declared at the end of the file. */
  volumes: string[];
  /** @throws CheckFailure when there is no such service */
  service(name: string): ComposeService;
}

/** What Compose takes as a list only. */
const LISTS = ['ports', 'volumes', 'configs', 'secrets'];

/** @throws CheckFailure when the file is missing, does not parse, has no services, or names a file that is missing */
export function readCompose(files: StepFiles): ComposeFile {
  const own = files.composePaths().map((path) => files.yaml(path));
  const file = own.reduce(together);
  const services = file.get(['services']);
  if (!isRecord(services)) {
    const [similar] = similarTo('services', Object.keys(Object(file.value)));
    fail({
      expected: 'services: with one entry for each service',
      actual:
        services === undefined
          ? `no services${similar ? `, but ${similar}:` : ''}`
          : JSON.stringify(services),
      where: file.where([similar ?? 'services']),
      hint: 'Everything below services: is indented by two spaces; then come the names of the services.',
    });
  }
  const serviceNames = Object.keys(services);
  for (const name of serviceNames) {
    for (const key of LISTS) expectList(file, ['services', name, key]);
    expectEnvironment(files, file, ['services', name]);
  }
  const described = new Map<string, ComposeService>();
  return {
    file,
    serviceNames,
    volumes: Object.keys((file.get(['volumes']) as object | null) ?? {}),
    service: (name) => {
      if (!serviceNames.includes(name)) failAsMissing(file, serviceNames, name);
      const service = described.get(name) ?? describeService(files, file, name);
      described.set(name, service);
      return service;
    },
  };
}

function describeService(files: StepFiles, file: YamlFile, name: string): ComposeService {
  const at = (...place: YamlPath): YamlPath => ['services', name, ...place];
  const others = Object.keys(Object(file.get(['services']))).filter(
    (other) => other !== name && file.get(['services', other, 'profiles']) === undefined,
  );
  const entries = (key: string) =>
    asList(file.get(at(key))).map((entry, index) => ({ entry, where: file.where(at(key, index)) }));
  const networks = Object.values(Object(file.get(at('networks')))).filter(isRecord);
  const named = file.get(at('container_name'));
  const image = interpolate(files, String(file.get(at('image')) ?? ''));
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
    build: buildOf(file, at()),
    healthcheck: healthcheckOf(files, file, at()),
    image,
    isPinned: /:v?\d+\.\d+\.\d+|@sha256:/.test(image),
    command: splitCommand(file.get(at('command'))),
    hostNames: [name, named ?? [], networks.map(({ aliases }) => asList(aliases))]
      .flat(2)
      .map(String),
    networks: /^(undefined|bridge)$/.test(`${file.get(at('network_mode'))}`)
      ? namesOf(file.get(at('networks')) ?? ['default'])
      : [],
    others: () => others.map((other) => describeService(files, file, other)),
  };
}

/** A list as it is, or the keys of a map. */
const namesOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : Object.keys(Object(value));

/** Says where a service went that is not there: into another one, to the left edge, or under another name. */
function failAsMissing(file: YamlFile, names: string[], name: string): never {
  const elsewhere = findService(file.value, name);
  const [similar] = similarTo(name, names);
  if (elsewhere) {
    const around = elsewhere.at(-2);
    fail({
      expected: `${name}: below services:, indented as deep as the names of the other services`,
      actual: around ? `${name}: inside of ${around}:` : `${name}: at the left edge of the file`,
      where: file.where(elsewhere),
      hint: 'Indentation decides what belongs to what. Every line of the service moves with its name.',
    });
  }
  fail({
    expected: `a service called ${name}`,
    actual: `services: ${names.join(', ')}`,
    where: file.where(similar ? ['services', similar] : ['services']),
    hint: 'Other containers reach a service by its name, so the name must be exact.',
  });
}

/** Names that are this one but for a letter or two. */
const similarTo = (name: string, names: string[]): string[] =>
  names.filter((other) => leven(other.toLowerCase(), name) <= 2);

/** The place of a mapping of that name which looks like a service, wherever in the document it is. */
function findService(value: unknown, name: string, at: YamlPath = []): YamlPath | undefined {
  if (!isRecord(value)) return undefined;
  const own = value[name];
  if (isRecord(own) && ['image', 'build', 'command', 'ports'].some((key) => key in own))
    return [...at, name];
  for (const [key, inner] of Object.entries(value)) {
    const found = findService(inner, name, [...at, key]);
    if (found) return found;
  }
  return undefined;
}
