import {
  type ComposeFile,
  type ComposeService,
  expectThat,
  fail,
  isYes,
  mountAt,
} from '../files/index.ts';

/**
 * Docker can run the healthcheck, and it is not switched off.
 *
 * @param without what happens to this service without one
 * @throws CheckFailure
 */
export function expectHealthcheck(service: ComposeService, without: string): void {
  const test = service.get('healthcheck', 'test');
  const where = service.where('healthcheck', 'test');
  const [first, ...rest] = Array.isArray(test)
    ? test.map(String)
    : ['CMD-SHELL', String(test ?? '')];
  const isOff = first === 'NONE' || service.get('healthcheck', 'disable') === true;
  expectThat(!isOff && rest.join('') !== '', {
    expected: 'a healthcheck with a test',
    actual: isOff
      ? 'a healthcheck that is switched off'
      : service.get('healthcheck')
        ? 'a healthcheck without a test'
        : 'no healthcheck',
    where,
    hint: without,
  });
  expectThat(first === 'CMD' || first === 'CMD-SHELL', {
    expected: 'test: [CMD, program, argument, …]',
    actual: `a list that begins with ${first}`,
    where,
    hint: 'The first word of the list says how the rest is run: CMD starts the program as it is, CMD-SHELL gives one line to a shell.',
  });
  const isOneText = first === 'CMD' && rest.length === 1 && /\s/.test(rest[0] ?? '');
  expectThat(!isOneText, {
    expected: 'each word of the command as an entry of its own',
    actual: `one entry: ${rest[0]}`,
    where,
    hint: 'After CMD nobody takes the text apart, so Docker looks for a program whose name has spaces in it.',
  });
}

/**
 * The entry below ports: that leads to a port of the container.
 *
 * @param name of the service, in a sentence
 * @throws CheckFailure when there is none
 */
export function expectPublished({ ports, where }: ComposeService, port: number, name: string) {
  const own = ports.find(({ target }) => target === `${port}`);
  expectThat(own, {
    expected: `a port that leads to ${port} in the container`,
    actual: ports.map(({ target }) => `${target} in the container`).join(', ') || 'no ports',
    where: ports[0]?.where ?? where('ports'),
    hint: `In "HOST:CONTAINER" the second number is the port that ${name} listens on in its container.`,
  });
  return own;
}

/** The port is published on this machine only, where the variable says. @throws CheckFailure */
export function expectPort(service: ComposeService, port: number, variable: string): void {
  const own = expectPublished(service, port, service.name);
  expectThat(/127\.0\.0\.1|::1/.test(own.text), {
    expected: `"127.0.0.1:\${${variable}:-${port}}:${port}"`,
    actual: own.text,
    where: own.where,
    hint: addressHint(own.text),
  });
}

/** Why the address of a published port will not do. @param port as it is written, "localhost:8080:8080" */
export const addressHint = (port: string): string =>
  /^[a-z]/i.test(port)
    ? 'Docker accepts no name there. Write 127.0.0.1, which is what localhost means.'
    : 'Without the address 127.0.0.1, Docker opens the port to the whole network, past most firewalls.';

/** The service has what all services share. @throws CheckFailure */
export function expectShared(service: ComposeService): void {
  const list = (key: string) => [service.get(key) ?? []].flat().map(String);
  const parts = {
    'cap_drop: [ALL]': list('cap_drop').includes('ALL'),
    'no-new-privileges': list('security_opt').some((it) => it.startsWith('no-new-privileges')),
    'read_only: true': isYes(service.get('read_only')),
  };
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
    actual: condition ? `condition: ${condition}` : 'no such condition',
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
