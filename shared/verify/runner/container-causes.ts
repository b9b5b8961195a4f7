// What is known about a container whose program has ended, is not healthy, or is not reached.
import { posix } from 'node:path';
import { type ComposeService, hostPath, type StepUnderTest } from '../files/index.ts';
import { explainPackage } from './build-causes.ts';
import type { Advice } from './causes.ts';

/** The first that knows the message. */
export const explainContainer = (
  step: StepUnderTest,
  service: ComposeService,
  message: string,
): Advice | undefined =>
  explainMemory(service, message) ??
  explainFlag(service, message) ??
  explainListening(step, service, message) ??
  explainHealthcheck(step, service, message) ??
  explainPackage(step, service, message) ??
  explainUser(service, message);

/** The program runs and says nothing about an error. */
function explainHealthcheck(
  step: StepUnderTest,
  service: ComposeService,
  message: string,
): Advice | undefined {
  const [, words] = message.match(/ (?:is not healthy|has a healthcheck that)(.*)/s) ?? [];
  if (words === undefined || /Its last words.*error\b/is.test(words)) return undefined;
  const [, status = '200'] = words.match(/ with (\d+)\./) ?? [];
  const place = status !== '200' && findInProgram(step, service, new RegExp(`\\b${status}\\b`));
  if (place)
    return {
      where: place,
      hint: 'A middleware above the routes responds in their place, also to the healthcheck.',
    };
  return {
    where: service.healthcheck.where,
    hint: 'Docker runs the test inside the container, and looks at its exit code alone: 0 is healthy, anything else is not.',
  };
}

/** "app/main.ts:12" of the first line of the service's mounted program that fits. */
function findInProgram(
  { files }: StepUnderTest,
  { mounts }: ComposeService,
  pattern: RegExp,
): string | undefined {
  const path = files.all().find((path) => {
    const isOwn = mounts.some(({ source }) => path.startsWith(posix.normalize(source)));
    return isOwn && /\.[cm]?[jt]s$/.test(path) && pattern.test(files.text(path));
  });
  return path && files.find(path, pattern);
}

/** Another user than the image's cannot write where the image lets its own. */
function explainUser(service: ComposeService, message: string): Advice | undefined {
  const [, path = ''] = message.match(/ (\/\S+): permission denied/) ?? [];
  if (service.get('user') === undefined || hostPath(service, path)) return undefined;
  if (!/permission denied/.test(message)) return undefined;
  return {
    where: service.where('user'),
    hint: 'The image names a user, and its folders, also a new volume, belong to that one. Without user: it is the right one.',
  };
}

export function explainMemory(service: ComposeService, message: string): Advice | undefined {
  if (/--max-old-space-size/.test(message)) {
    const index = service.command.findIndex((word) => word.includes('max-old-space-size'));
    return {
      where: index >= 0 ? service.where('command', index) : service.whereSet('NODE_OPTIONS'),
      hint: 'This option bounds the heap of Node.js, in megabytes. Without it Node.js takes what fits into the memory limit of its container.',
    };
  }
  if (!/memory limit/i.test(message)) return undefined;
  const deploy = ['deploy', 'resources', 'limits', 'memory'];
  return {
    where: service.get(...deploy) ? service.where(...deploy) : service.where('mem_limit'),
    hint: 'The kernel kills a program that wants more memory than its container may have, and writes nothing into its log. A number without a unit is bytes: write 256m.',
  };
}

/** kingpin, which Prometheus and Alertmanager read their flags with, names the flag that it does not know. */
function explainFlag(service: ComposeService, message: string): Advice | undefined {
  const [, flag, unexpected, value] =
    message.match(
      /unknown (?:long|short) flag '(-[^']*)'|error: unexpected (\S+)|not a valid .*: "([^"]+)"/,
    ) ?? [];
  const word = flag ?? unexpected ?? value;
  const index = service.command.findIndex((it) =>
    flag ? it.startsWith(flag) : it.split('=').at(-1) === word,
  );
  if (!word || index < 0) return undefined;
  return {
    where: service.where('command', index),
    hint: value
      ? 'A duration is a number with its unit: ms, s, m, h or d.'
      : 'The image starts the program itself, and command: holds its flags only. A flag is known by its whole name, after two dashes: --config.file; new versions drop old flags.',
  };
}

function explainListening(
  step: StepUnderTest,
  service: ComposeService,
  message: string,
): Advice | undefined {
  if (!/ listens on /.test(message)) return undefined;
  const pattern = /127\.0\.0\.1|localhost|listen\w*[(=.-]|\bPORT\b/;
  const index = service.command.findIndex((word) => /listen/.test(word) && pattern.test(word));
  const [variable] = Object.entries(service.environment).find(
    ([name, value]) => /^(127\.0\.0\.1|localhost)$/.test(value) || name === 'PORT',
  ) ?? [''];
  const source = findInProgram(step, service, /\.listen\(/);
  const where =
    index >= 0
      ? service.where('command', index)
      : variable
        ? service.whereSet(variable)
        : (source ?? service.where());
  const [, port] = message.match(/ and not on (\d+)$/m) ?? [];
  return {
    where,
    hint: port
      ? `Everything asks for port ${port} of this container: the number behind the last colon of ports:, the healthcheck, the other services.`
      : 'In a container 127.0.0.1 is the container alone: a published port and other containers come from outside. A server that names no address listens on all, at the port that is published.',
  };
}
