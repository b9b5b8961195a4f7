// The ports that a service publishes.
import { type ComposeService, describeValue, expectThat, fail } from '../files/index.ts';

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

/** A single port, or a range such as 8080-8090. */
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
      hint: addressHint(open.text),
    });
}

/** Its ports are published on this machine only, one leads to this port, and no other service wants the same. @throws CheckFailure */
export function expectPort(service: ComposeService, port: number, variable: string): void {
  const own = expectPublished(service, port, service.name);
  expectLoopback(service, ({ target }) =>
    target === `${port}`
      ? `"127.0.0.1:\${${variable}:-${port}}:${port}"`
      : `the address 127.0.0.1 before each port, also ${target}`,
  );
  expectUnshared(service, own, [`${port}`, variable]);
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

/** Why the address of a published port will not do. @param port as it is written, "localhost:8080:8080" */
const addressHint = (port: string): string =>
  /^[a-z]/i.test(port)
    ? 'Docker accepts no name there. Write 127.0.0.1, which is what localhost means.'
    : 'Without the address 127.0.0.1, Docker opens the port to the whole network, past most firewalls.';
