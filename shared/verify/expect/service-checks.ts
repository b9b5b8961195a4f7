import {
  type ComposeFile,
  type ComposeService,
  describeValue,
  expectThat,
  fail,
  isYes,
  mountAt,
} from '../files/index.ts';

/** Each flag of the command is written as Prometheus and Alertmanager read it. @throws CheckFailure */
export function expectFlags(service: ComposeService): void {
  const wrong: [RegExp, (word: string) => string, string][] = [
    [
      /^-\w{2,}/,
      (word) => `-${word}`,
      'A flag with a long name has two dashes. After a single one each letter is a flag of its own, and the server ends with: unknown short flag.',
    ],
    [
      /^--[\w.-]+\s/,
      (word) => word.replace(/\s+/, '='),
      'Each entry of the list is one word to the program, spaces included. A flag and its value are one word with = between them, or two entries.',
    ],
    [
      /^--[\w.-]+=["'].*["']$/,
      (word) => word.replaceAll(/["']/g, ''),
      'No shell takes these quotes away, so they are part of the value.',
    ],
  ];
  for (const [pattern, right, hint] of wrong) {
    const index = service.command.findIndex((word) => pattern.test(word));
    const word = service.command[index];
    if (word === undefined) continue;
    fail({ expected: right(word), actual: word, where: service.where('command', index), hint });
  }
}

/** One service reaches the other by its name. @throws CheckFailure at its networks, when it shares none with the other */
export function expectTogether(compose: ComposeFile, from: string, to: string): void {
  const services = [from, to].map((name) => compose.service(name));
  const [own = [], other = []] = services.map(networksOf);
  if (own.some((name) => other.includes(name))) return;
  const place = services.map(({ get, where }) =>
    ['network_mode', 'networks'].find((key) => get(key) !== undefined)
      ? where(get('network_mode') ? 'network_mode' : 'networks')
      : [],
  );
  fail({
    expected: `${from} and ${to} in the same network`,
    actual: `${from} in ${own.join(', ') || 'none'}; ${to} in ${other.join(', ') || 'none'}`,
    where: place.flat()[0] ?? '',
    hint: 'A service is found by its name only from its own networks. One that names none is in the network default.',
  });
}

/** None with another network_mode than the usual one. */
function networksOf({ get }: ComposeService): string[] {
  if (!/^(undefined|bridge)$/.test(`${get('network_mode')}`)) return [];
  const named = get('networks') ?? ['default'];
  return Array.isArray(named) ? named.map(String) : Object.keys(named as object);
}

/** The service has what all services share. @throws CheckFailure */
export function expectShared(service: ComposeService): void {
  const list = (key: string) => [service.get(key) ?? []].flat().map(String);
  const parts = {
    'cap_drop: [ALL]': list('cap_drop').includes('ALL'),
    'no-new-privileges': list('security_opt').some((it) => it.startsWith('no-new-privileges')),
    'read_only: true': isYes(service.get('read_only')),
  };
  const isPrivileged = isYes(service.get('privileged'));
  const isRoot = /^(root|0)(:|$)/.test(String(service.get('user')));
  expectThat(!isPrivileged && !isRoot, {
    expected: 'the user that the image names, without privileges',
    actual: isPrivileged ? 'privileged: true' : `user: ${service.get('user')}`,
    where: service.where(isPrivileged ? 'privileged' : 'user'),
    hint: 'With them a container can do on this machine what it likes. What is denied belongs to another user: a named volume gets the right owner by itself.',
  });
  const missing = Object.entries(parts).flatMap(([name, isThere]) => (isThere ? [] : name));
  expectThat(missing.length === 0, {
    expected: '<<: *service, which brings cap_drop, security_opt, read_only and logging',
    actual: `no ${missing.join(', no ')}`,
    where: service.where(),
    hint: 'What all services share stands once, at the top of the file, in the anchor &service. The line <<: *service merges it in.',
  });
}

/**
 * The service starts when the service secrets has ended; nothing is asked for where there is no such service.
 *
 * @param what it needs from there: "the webhook address"
 * @throws CheckFailure
 */
export function expectSecretsFirst(compose: ComposeFile, name: string, what: string): void {
  if (!compose.serviceNames.includes('secrets')) return;
  const service = compose.service(name);
  const condition = service.get('depends_on', 'secrets', 'condition');
  expectThat(condition === 'service_completed_successfully', {
    expected: 'depends_on: secrets: with condition: service_completed_successfully',
    actual: condition ? `condition: ${describeValue(condition)}` : 'no such condition',
    where: service.where('depends_on', 'secrets', 'condition'),
    hint: `On the first start ${what} is not there yet. The service secrets writes it and ends; a plain depends_on waits only until it has started.`,
  });
}

/**
 * What the service writes at a path of its container is on a volume that the compose file declares.
 *
 * @param hint what is lost without one
 * @throws CheckFailure
 */
export function expectNamedVolume(
  { volumes }: ComposeFile,
  service: ComposeService,
  path: string,
  hint: string,
): void {
  const mount = mountAt(service, path);
  expectThat(!mount?.readOnly, {
    expected: `a volume at ${path} that ${service.name} can write to`,
    actual: 'it can only be read',
    where: mount?.where ?? '',
    hint: 'Read-only is for files that a server must not change. What it stores itself it must be able to write.',
  });
  if (mount && volumes.includes(mount.source)) return;
  fail({
    expected: `a volume that is declared below volumes:, mounted at ${path}`,
    actual: mount
      ? `${mount.source || 'a volume without a name'} at ${mount.target}; declared: ${volumes.join(', ') || 'none'}`
      : `nothing mounted at ${path}`,
    where: mount?.where ?? service.where('volumes'),
    hint,
  });
}
