import {
  type ComposeFile,
  type ComposeService,
  describeValue,
  expectThat,
  expectWritable,
  fail,
  isYes,
  mountAt,
} from '../files/index.ts';

/** One service reaches the other by its name, if there are both. @throws CheckFailure when they share no network */
export function expectTogether(compose: ComposeFile, from: string, to: string): void {
  const names = [from, to].filter((name) => compose.serviceNames.includes(name));
  const services = names.map((name) => compose.service(name));
  const [own = [], other] = services.map(({ networks }) => networks);
  if (!other || own.some((name) => other.includes(name))) return;
  const [place = ''] = services.flatMap(({ get, where }) =>
    ['network_mode', 'networks'].filter((key) => get(key) !== undefined).map((key) => where(key)),
  );
  fail({
    expected: `${from} and ${to} in the same network`,
    actual: `${from} in ${own.join(', ') || 'none'}; ${to} in ${other.join(', ') || 'none'}`,
    where: place,
    hint: 'A service is found by its name only from its own networks. One that names none is in the network default.',
  });
}

/** The service has what all services share. @throws CheckFailure */
export function expectShared(service: ComposeService): void {
  const list = (key: string) => [service.get(key) ?? []].flat().map(String);
  const parts = {
    'cap_drop: [ALL]': list('cap_drop').includes('ALL'),
    'no-new-privileges': list('security_opt').some((it) => it.startsWith('no-new-privileges')),
    'read_only: true': isYes(service.get('read_only')),
  };
  const isRoot = /^(root|0)(:|$)/.test(String(service.get('user')));
  const power = isYes(service.get('privileged')) ? 'privileged' : 'user';
  expectThat(power === 'user' && !isRoot, {
    expected: 'the user that the image names, without privileges',
    actual: `${power}: ${service.get(power)}`,
    where: service.where(power),
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
  expectWritable(service, mount);
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

type Port = ComposeService['ports'][number];
/**
 * The entry below ports: that leads to a port of the container.
 *
 * @param name of the service, in a sentence
 * @throws CheckFailure when there is none, or when nothing is published for another reason
 */
export function expectPublished(service: ComposeService, port: number, name: string): Port {
  const { ports, where } = service;
  const network = service.get('network_mode');
  expectThat(network === undefined || network === 'bridge', {
    expected: `the network of the project, and a port that leads to ${port} in the container`,
    actual: `network_mode: ${network}`,
    where: where('network_mode'),
    hint: 'A container with the network of the machine, or with none, has no ports of its own to publish, and other containers do not find it by its name.',
  });
  const own = ports.find(({ target }) => covers(target, port));
  expectThat(own, {
    expected: `a port that leads to ${port} in the container`,
    actual: ports.map(({ target }) => `${target} in the container`).join(', ') || 'no ports',
    where: ports[0]?.where ?? where('ports'),
    hint: `In "HOST:CONTAINER" the second number is the port that ${name} listens on in its container.`,
  });
  for (const place of [['scale'], ['deploy', 'replicas']])
    expectThat(!(Number(service.get(...place)) > 1) || !hostPort(own), {
      expected: `one container of ${service.name}, because a port of this machine leads to one container`,
      actual: `${place.at(-1)}: ${describeValue(service.get(...place))}`,
      where: where(...place),
      hint: 'The second container finds the port taken, and each would have counters of its own.',
    });
  return own;
}

function covers(target: string, port: number): boolean {
  const [first, last = first] = target.split('-').map(Number);
  return Number(first) <= port && port <= Number(last);
}

/** Every port of the service is published on this machine only. @throws CheckFailure at the first that is not */
export function expectLoopback({ ports }: ComposeService, expected: (port: Port) => string): void {
  const open = ports.find(({ text }) => !/127\.0\.0\.1|::1/.test(text));
  if (open)
    fail({
      expected: expected(open),
      actual: open.text,
      where: open.where,
      hint: /^[a-z]/i.test(open.text)
        ? 'Docker accepts no name there. Write 127.0.0.1, which is what localhost means.'
        : 'Without the address 127.0.0.1, Docker opens the port to the whole network, past most firewalls.',
    });
}

/** Its ports are published on this machine only, one leads to this port, and no other service wants the same. @param published "APP_PORT:-8080" @throws CheckFailure */
export function expectPort(service: ComposeService, port: number, published: string): void {
  const own = expectPublished(service, port, service.name);
  expectLoopback(service, ({ target }) =>
    target === `${port}`
      ? `"127.0.0.1:\${${published}}:${port}"`
      : `the address 127.0.0.1 before each port, also ${target}`,
  );
  expectUnshared(service, own, published.split(':-'));
}

/**
 * No two entries, of one service or of two, want the same port of this machine.
 *
 * @param standard the port and the variable that the lesson gives to the service
 * @throws CheckFailure
 */
export function expectUnshared(service: ComposeService, own: Port, standard: string[]): void {
  const wanted = hostPort(own) ?? [];
  for (const { name, ports } of [service, ...service.others()]) {
    const shares = (port: Port) => hostPort(port)?.find((one) => wanted.includes(one));
    const same = ports.find((one) => one !== own && shares(one));
    if (!same) continue;
    const shared = shares(same) ?? '';
    fail({
      expected: `a port of this machine that only ${service.name} wants, once`,
      actual: `${name} wants ${/^\d/.test(shared) ? `port ${shared}` : `the port that ${shared} says`} too`,
      // The service itself has the port of the lesson, or took another's.
      where: standard.includes(shared) ? same.where : own.where,
      hint: 'A port of this machine leads to one container. Docker refuses the second one: port is already allocated.',
    });
  }
}

/** What decides the port on this machine: the variable's name, and the number where it is not set; undefined for any free one. */
function hostPort({ text }: Port): string[] | undefined {
  const published = text.startsWith('{')
    ? String(JSON.parse(text).published ?? '')
    : (text.match(/((?:\$\{[^}]*\}|[^:])*):(?:\$\{[^}]*\}|[^:])*$/)?.[1] ?? '');
  const [, variable, fallback = published] =
    published.match(/^\$\{?(\w+)(?::?-([^}]*))?\}?$/) ?? [];
  const found = [variable, /^[1-9]\d*$/.test(fallback) ? fallback : undefined];
  const known = found.filter((one) => one !== undefined);
  return known.length > 0 ? known : undefined;
}
