// What is known about images that cannot be built, and programs that lack something or are not reached.
import { posix } from 'node:path';
import { type Build, type ComposeService, mountAt, type StepUnderTest } from '../files/index.ts';
import type { Advice } from './causes.ts';

/** What a build says: about its Dockerfile, the files that it copies, or npm's own. */
export function explainBuild(step: StepUnderTest, message: string): Advice | undefined {
  const [, instruction = ''] = message.match(/^An image cannot be built: (.*)/) ?? [];
  if (!instruction) return undefined;
  const compose = step.compose();
  const builds = compose.serviceNames.flatMap((name) => compose.service(name).build ?? []);
  const lineIn = ({ dockerfile }: Build) =>
    readLines(step, dockerfile).findIndex((line) => line.trim() === instruction);
  const build = builds.find((one) => lineIn(one) >= 0) ?? builds[0];
  if (!build) return undefined;
  const index = lineIn(build);
  const above = readLines(step, build.dockerfile).slice(0, Math.max(index, 0));
  const [, line = index + 1 || 1] = message.match(/parse error (?:on )?line (\d+)/) ?? [];
  return (
    explainCopy(step, build, message) ??
    explainNpm(step, build, message, above) ?? {
      where: `${build.dockerfile}:${line}`,
      hint: 'A build stops at the first instruction of the Dockerfile that fails, and shows what its program said.',
    }
  );
}

const readLines = ({ files }: StepUnderTest, path: string): string[] =>
  files.exists(path) ? files.text(path).split(/\r?\n/) : [];

/** A file that COPY names is not there, or kept out of the build. */
function explainCopy(
  { files }: StepUnderTest,
  { folder, dockerfile }: Build,
  message: string,
): Advice | undefined {
  const [, path] = message.match(/"\/([^"]+)"(?::| ) ?not found/) ?? [];
  if (!path) return undefined;
  const copied = posix.join(folder, path);
  const by = files.find(
    dockerfile,
    new RegExp(`^\\s*(COPY|ADD)\\s.*${posix.basename(path).replaceAll('.', '\\.')}`, 'i'),
  );
  return files.exists(copied)
    ? {
        where: `${folder}/.dockerignore`,
        hint: `${by} copies ${path}, and .dockerignore keeps it out of the build.`,
      }
    : { where: `${copied} (missing)`, hint: hintForMissing(by, path) };
}

/** @param by the line of the Dockerfile that wants it, "app/Dockerfile:6" */
export const hintForMissing = (by: string, path: string): string =>
  path.endsWith('package-lock.json')
    ? `${by} copies it, and npm ci installs what it lists. npm install --package-lock-only, in its folder, makes it from package.json; it belongs into Git.`
    : `${by} copies it. A name begins at the folder that build names, and upper and lower case count.`;

/** @param above the lines of the Dockerfile above the one that failed */
function explainNpm(
  { files }: StepUnderTest,
  { folder, dockerfile }: Build,
  message: string,
  above: string[],
): Advice | undefined {
  if (!/^npm error/m.test(message)) return undefined;
  const list = `${folder}/package.json`;
  const lock = `${folder}/package-lock.json`;
  const [, name] = message.match(/(?:for |')(@?[\w./-]+)@[^\s']+/) ?? [];
  if (/EACCES|permission denied/.test(message))
    return {
      where: `${dockerfile}:${above.findLastIndex((line) => /^\s*USER\s/i.test(line)) + 1 || above.length + 1}`,
      hint: 'USER counts for every line below it, also for npm ci, and the folder belongs to root. Install first; then USER, for the program that runs.',
    };
  if (/EUSAGE|can only install/.test(message))
    return {
      where: files.exists(lock) ? lock : `${lock} (missing)`,
      hint: 'npm ci installs exactly what package-lock.json lists, so the two files must agree. npm install --package-lock-only, in their folder, brings the lock file up to date.',
    };
  if (/EJSONPARSE/.test(message))
    return {
      where: [list, message.match(/\(line (\d+) column/)?.[1] ?? []].flat().join(':'),
      hint: 'npm reads package.json as JSON: no comments, and no comma after the last entry.',
    };
  if (/E404|ETARGET/.test(message) && name)
    return {
      where: files.find(list, new RegExp(`"${name}"`)),
      hint: 'There is no such package, or no such version of it. npm view NAME versions lists them.',
    };
  return undefined;
}

/** Node.js does not find a package: it is not asked for, not installed, or a mount lies over it. */
export function explainPackage(
  { files }: StepUnderTest,
  service: ComposeService,
  message: string,
): Advice | undefined {
  if (/Cannot find module '\/.*requireStack: \[\]/s.test(message))
    return {
      where: service.where('command'),
      hint: 'The program that the command names is not there in the container. The mounts, and COPY in the Dockerfile, decide what lies where; a relative path begins at WORKDIR.',
    };
  const [, name, from = ''] =
    message.match(/Cannot find (?:package|module) '([^'./][^']*)'(?: imported from (\S+))?/) ?? [];
  if (!name) return undefined;
  const { folder, dockerfile } = service.build ?? { folder: 'app', dockerfile: 'app/Dockerfile' };
  const list = `${folder}/package.json`;
  const isListed = files.exists(list) && files.text(list).includes(`"${name}"`);
  if (!isListed)
    return {
      where: list,
      hint: 'A package is installed when package.json asks for it: npm install in that folder, then build anew.',
    };
  const mount = mountAt(service, from);
  return {
    where: mount?.where ?? dockerfile,
    hint: mount
      ? 'A mount hides what the image has at its path, also node_modules. Mount the source beside it, one folder below, as the lesson does with ./app:/app/src.'
      : 'The image has the packages that its Dockerfile installs, where Node.js looks for them: in node_modules beside the program, or above.',
  };
}

/** The program runs and says nothing about an error. */
export function explainHealthcheck(
  step: StepUnderTest,
  service: ComposeService,
  message: string,
): Advice | undefined {
  const [, problem] = message.match(/ (?:is not healthy|has a healthcheck that)(.*)/s) ?? [];
  if (problem === undefined || /Its last words.*error\b/is.test(problem)) return undefined;
  const [, status = '200'] = problem.match(/ with (\d+)\./) ?? [];
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

export function explainListening(
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
