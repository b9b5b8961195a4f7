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

const NOT_READABLE =
  'The program in the container is another user than you, and a mount keeps the mode of your file. chmod a+r lets everybody read it; a folder needs a+rx.';

/** What is known about a message of a start that failed: the file that it leads to, and the concept. */
export function explainStart(step: StepUnderTest, message: string): Advice {
  const compose = step.compose();
  const name = message.match(/^The service (\S+)/)?.[1];
  if (!name)
    return (
      explainBuild(step, message) ??
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
    explainPackage(step, service, message) ??
    explainHealthcheck(service, message) ?? {
      where: placeInProgram(step, service, message) ?? service.where(),
      hint: /: permission denied/.test(message) ? NOT_READABLE : LAST_WORDS,
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

/** What the healthcheck prints is about its own line, not about the service's. */
function explainHealthcheck(service: ComposeService, message: string): Advice | undefined {
  if (!/ has a healthcheck that |Its healthcheck says:/.test(message)) return undefined;
  return {
    where: service.where('healthcheck', 'test'),
    hint: 'The test of the healthcheck runs inside the container: its program is in the image, and it asks a whole address, with the port in there. If it does, the service does not answer.',
  };
}

function explainMemory(service: ComposeService, message: string): Advice | undefined {
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
  const source = step.files.all().find((path) => {
    const isOwn = service.mounts.some(({ source }) => path.startsWith(posix.normalize(source)));
    return isOwn && /\.[cm]?[jt]s$/.test(path) && /\.listen\(/.test(step.files.text(path));
  });
  const where =
    index >= 0
      ? service.where('command', index)
      : variable
        ? service.whereSet(variable)
        : source
          ? step.files.find(source, /\.listen\(/)
          : service.where();
  return {
    where,
    hint: 'In a container 127.0.0.1 is the container alone: a published port and other containers come from outside. A server that names no address listens on all, at the port that is published.',
  };
}

/** What the engine refuses when it makes the containers, before any of them can say a word. */
function explainEngine(step: StepUnderTest, message: string): Advice | undefined {
  const compose = step.compose();
  const services = compose.serviceNames.map((name) => compose.service(name));
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
