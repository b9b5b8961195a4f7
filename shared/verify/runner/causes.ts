import { posix } from 'node:path';
import {
  type ComposeService,
  type Finding,
  hostPath,
  placeNamed,
  type StepUnderTest,
} from '../files/index.ts';
import { explainBuild, explainPackage } from './build-causes.ts';

/** Where the learner must type, and what to know for it. */
export type Advice = Pick<Finding, 'where' | 'hint'>;

const LAST_WORDS =
  'The last words of a container usually name the cause, often with a file and a line.';

const HINTS: [RegExp, string][] = [
  [
    /: permission denied/,
    'The program in the container is another user than you, and a mount keeps the mode of your file. chmod a+r lets everybody read it; a folder needs a+rx.',
  ],
  [
    /EROFS|read-only file system/,
    'With read_only a container can write only where something is mounted: on a volume, or on a tmpfs, a folder in memory.',
  ],
];

/** What is known about a message of a start that failed: the file that it leads to, and the concept. */
export function explainStart(step: StepUnderTest, message: string): Advice {
  const compose = step.compose();
  const name = message.match(/^The service (\S+)/)?.[1];
  if (!name)
    return (
      explainBuild(step, message) ??
      explainCompose(step, message) ??
      explainEngine(step, message) ?? {
        where: step.files.composePath(),
        hint: 'Compose, or the engine, says above what it cannot do.',
      }
    );
  const service = compose.service(name);
  return (
    explainMemory(service, message) ??
    explainFlag(service, message) ??
    explainListening(step, service, message) ??
    explainHealthcheck(step, service, message) ??
    explainPackage(step, service, message) ?? {
      where: placeInProgram(step, service, message) ?? service.where(),
      hint: HINTS.find(([pattern]) => pattern.test(message))?.[1] ?? LAST_WORDS,
    }
  );
}

/** The line of the program, or of the settings, that the message names. */
function placeInProgram(step: StepUnderTest, service: ComposeService, message: string) {
  const places = message.matchAll(/^(?:at .*?)?\(?(?:file:\/\/)?(\/\S+?):(\d+)(?::\d+\)?)?$/gm);
  for (const [, path = '', line] of places) {
    const file = hostPath(service, path);
    if (file && step.files.exists(file)) return `${file}:${line}`;
  }
  return placeNamed(step.files, service, message);
}

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

function explainMemory(service: ComposeService, message: string): Advice | undefined {
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
  const [, flag] = message.match(/unknown (?:long|short) flag '(-[^']*)'/) ?? [];
  if (!flag) return undefined;
  const index = service.command.findIndex((word) => word.startsWith(flag));
  return {
    where: service.where('command', index),
    hint: 'A flag is known by its whole name, after two dashes: --config.file. The log lists none; the page of the server does.',
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

/** Compose names what it refuses: a path such as services.app.ports, or a service and what it asks for. */
function explainCompose(step: StepUnderTest, message: string): Advice | undefined {
  if (!message.startsWith('Compose refuses')) return undefined;
  const [, path, unknown] =
    message.match(/\b(services(?:\.[\w-]+)+)(?:.* properties '([^']+)')?/) ?? [];
  const [, service, kind = ''] =
    message.match(/service "([^"]+)" (?:refers to|depends on) undefined (\w+)/) ?? [];
  const place = path
    ? [...path.split('.'), unknown ?? '']
    : ['services', service ?? '', KEYS[kind] ?? `${kind}s`];
  if (!path && !service) return undefined;
  return {
    where: step.compose().file.where(place),
    hint: unknown
      ? `Compose knows no ${unknown} in this place. Look for a typo, and at the indentation.`
      : service
        ? 'What a service asks for, another service, a network, a volume, must stand in the compose file too, under the same name.'
        : 'Compose says what may stand in this place.',
  };
}

const KEYS: Record<string, string> = { service: 'depends_on' };

/** What the engine refuses when it makes the containers, before any of them can say a word. */
function explainEngine(step: StepUnderTest, message: string): Advice | undefined {
  const compose = step.compose();
  const services = compose.serviceNames.map((name) => compose.service(name));
  const [, program] = message.match(/exec: "([^"]+)": .*(?:not found|no such file)/) ?? [];
  const starting = services.find(
    ({ command, get }) => [get('entrypoint') ?? command].flat()[0] === program,
  );
  if (program && starting)
    return {
      where: starting.where(starting.get('entrypoint') ? 'entrypoint' : 'command'),
      hint: `The first word of a command is a program of the image, and the image has no ${program}. In a list each word is an entry of its own.`,
    };
  for (const service of services) {
    const memory = service.get('mem_limit') !== undefined && explainMemory(service, message);
    if (memory) return memory;
    const mount = service.mounts.find(({ target }) => target && message.includes(`"${target}"`));
    if (mount && /mount|not a directory/.test(message))
      return {
        where: mount.where,
        hint: 'Both sides of a mount are a folder, or both are a file.',
      };
  }
  return undefined;
}
