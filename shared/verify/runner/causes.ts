import {
  type ComposeService,
  type Finding,
  findSettings,
  hostPath,
  placeNamed,
  type StepUnderTest,
} from '../files/index.ts';
import {
  explainBuild,
  explainHealthcheck,
  explainListening,
  explainPackage,
} from './build-causes.ts';

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
    explainPackage(step, service, message) ??
    explainUser(service, message) ?? {
      where:
        placeInProgram(step, service, message) ??
        service.where(service.get('entrypoint') ? 'entrypoint' : ''),
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
  const place = placeNamed(step.files, service, message) ?? placeInSettings(step, service, message);
  if (!place || /[: ]/.test(place)) return place;
  // Of what the server quotes, or has got, the last is what it is about.
  const named = message.matchAll(/\\"([^"\\/]+)\\"|\bgot ([^"\s\\]+)/g);
  const words = [...named].map(([, quoted, got]) => quoted ?? got ?? '').reverse();
  const lines = words.map((word) =>
    step.files.find(place, new RegExp(word.replaceAll(/\W/g, '\\$&'))),
  );
  return lines.find((line) => line.includes(':')) ?? place;
}

/** Alertmanager speaks of its settings without their name. */
function placeInSettings(step: StepUnderTest, { name }: ComposeService, message: string) {
  if (name !== 'alertmanager' || !/configuration file/.test(message)) return undefined;
  const { path } = findSettings(step, name);
  const [, line] = message.match(/\bline (\d+):/) ?? [];
  return line ? `${path}:${line}` : path;
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
