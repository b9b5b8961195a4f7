import {
  type ComposeService,
  expectThat,
  flagPlace,
  flagValue,
  readSettings,
  type Settings,
  type StepUnderTest,
} from '../../verify/files/index.ts';

/** The two of each kind, by the names of their services. */
export const PAIRS = {
  prometheus: ['prometheus', 'prometheus-2'],
  alertmanager: ['alertmanager', 'alertmanager-2'],
} as const;

/** The service that keeps what both Prometheus send. */
export const STORE = 'victoria-metrics';

/** Where the second of each is published on this machine. */
export const SECOND = { prometheus: 9190, alertmanager: 9193 };

/** Ports in the containers. */
export const PORTS = { prometheus: 9090, alertmanager: 9093, store: 8428, cluster: 9094 };

/** Every server that watches, with the address at which the others reach it. */
export const WATCHERS: [service: string, port: number][] = [
  ...PAIRS.prometheus.map((name): [string, number] => [name, PORTS.prometheus]),
  ...PAIRS.alertmanager.map((name): [string, number] => [name, PORTS.alertmanager]),
  [STORE, PORTS.store],
];

export interface Twin extends Settings {
  service: ComposeService;
}

type Kind = keyof typeof PAIRS;

/** What stands for the port of the second of a kind on this machine, in the braces of a variable. */
export const secondPort = (kind: Kind): string => `${kind.toUpperCase()}_2_PORT:-${SECOND[kind]}`;

/** @throws CheckFailure when the second of a kind has no address for links, or that of the first */
export function expectOwnAddress(step: StepUnderTest, kind: Kind): void {
  const [first, second] = PAIRS[kind].map((name) => step.compose().service(name));
  if (!first || !second) return;
  const flag = 'web.external-url';
  const [others, own] = [first, second].map((service) => flagValue(service, flag));
  expectThat(own && own !== others, {
    expected: `--${flag}=http://localhost:\${${secondPort(kind)}}`,
    actual: own ? `--${flag}=${own}, as in ${first.name}` : `no --${flag}`,
    where: flagPlace(second, flag),
    hint: 'The links that a server sends begin with this address, so each has its own. << takes over the command of the first one; a command of its own must be complete.',
  });
}

/** Both of a kind, with their settings. @throws CheckFailure when one has none */
export const twins = (step: StepUnderTest, kind: Kind): [Twin, Twin] =>
  PAIRS[kind].map((name) => ({
    service: step.compose().service(name),
    ...readSettings(step, kind, name),
  })) as [Twin, Twin];

/** The external labels of a Prometheus, with its environment filled in; what is not set is empty, and so no label. */
export function externalLabels({ service, file }: Twin): Record<string, string> {
  const written = Object.entries(Object(file.get(['global', 'external_labels'])));
  const filled = written.map(([name, value]) => [
    name,
    String(value).replaceAll(/\$\$|\$\{(\w+)\}|\$(\w+)/g, (all, braced, bare) =>
      all === '$$' ? '$' : (service.environment[braced ?? bare] ?? ''),
    ),
  ]);
  return Object.fromEntries(filled.filter(([, value]) => value !== ''));
}

/** The labels in which the two Prometheus differ. */
export function differingLabels(step: StepUnderTest): string[] {
  const [first, second] = twins(step, 'prometheus').map(externalLabels);
  const names = new Set(Object.keys({ ...first, ...second }));
  return [...names].filter((name) => first?.[name] !== second?.[name]);
}

/** A service that the learner adds. @throws CheckFailure at its TODO, while that is left */
export function addedService(step: StepUnderTest, name: string): ComposeService {
  const compose = step.compose();
  const todo = step.files.find(compose.file.path, new RegExp(`TODO: .*\\b${name}\\b`));
  expectThat(compose.serviceNames.includes(name) || !todo.includes(':'), {
    expected: `a service called ${name}`,
    actual: 'no such service',
    where: todo,
    hint: 'Other containers reach a service by its name, so the name must be exact.',
  });
  return compose.service(name);
}

/** The services that a host name of the compose network leads to. */
export const servicesCalled = (step: StepUnderTest, host: string): string[] => {
  const compose = step.compose();
  return compose.serviceNames.filter((name) => compose.service(name).hostNames.includes(host));
};
