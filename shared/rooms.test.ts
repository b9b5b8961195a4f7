import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** Each room may use only rooms that stand before it. */
const ORDER = [
  'root.ts',
  'language.ts',
  'duration.ts',
  'busy.ts',
  'temporary.ts',
  'engine',
  'images',
  'stack',
  'verify/files',
  'verify/runner',
  'verify/expect',
  'verify/watch',
  'verify',
  'routing',
  'checks',
  'lessons',
  'learner/progress',
  'learner',
  'class/board',
  'class',
  'demo',
  'swarm',
  'docs',
  'bench',
  'commands',
  'cli.ts',
];

interface Import {
  from: string;
  to: string;
}

describe('The rooms', () => {
  it('are entered by their doors, from rooms that stand behind them', () => {
    const between = imports('shared').filter(
      ({ from, to }) => room(from) !== room(to) && !/\.test\.ts$|test-/.test(from),
    );

    const wrong = between.filter(({ from, to }) => {
      const standsBefore = ORDER.indexOf(room(to)) < ORDER.indexOf(room(from));
      return !(standsBefore && (isDoor(from, to) || room(to) === 'solutions'));
    });

    expect(between.length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  it.each([
    ['the Slack inbox', 'shared/inbox'],
    ['the receiver of the class board', 'shared/class/board/receiver'],
    ['the app', 'solutions/05-load-test/app'],
    ['the load test', 'solutions/05-load-test/load-test'],
  ])('let %s import nothing from outside, so that its folder can be copied away', (_, folder) => {
    const outside = imports(folder).filter(
      ({ from, to }) => !/test/.test(from) && !to.startsWith(folder),
    );

    expect(outside).toEqual([]);
  });

  it('have no source file of more than 200 lines, tests aside', () => {
    const sources = [...files('shared'), ...files('solutions')].filter(
      // The checks of this step are still one file.
      (file) => !/\.test\.ts$|^shared\/checks\/05-load-test\/index\.ts$/.test(file),
    );

    const long = sources.filter(
      (file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 201,
    );

    expect(long).toEqual([]);
  });
});

/** TypeScript files below a folder, as paths from the root. */
function files(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (name === 'node_modules') return [];
    if (statSync(join(ROOT, path)).isDirectory()) return files(path);
    return name.endsWith('.ts') ? [path] : [];
  });
}

function imports(folder: string): Import[] {
  return files(folder).flatMap((from) => {
    const text = readFileSync(join(ROOT, from), 'utf8');
    return [...text.matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, target = '']) => ({
      from,
      to: relative(ROOT, resolve(ROOT, dirname(from), target)).replaceAll(sep, '/'),
    }));
  });
}

/** The room a file belongs to: the longest name in ORDER that its path begins with, or `solutions`. */
function room(path: string): string {
  if (!path.startsWith('shared/')) return path.split('/')[0] ?? '';
  const below = path.slice('shared/'.length);
  const [first = ''] = below.split('/');
  const [longest = first] = ORDER.filter((name) => `${below}/`.startsWith(`${name}/`)).sort(
    (a, b) => b.length - a.length,
  );
  return longest;
}

/** The door of a folder is its index.ts; the door of a room may lead into its own folders. */
const isDoor = (from: string, to: string): boolean =>
  to.endsWith('/index.ts') ||
  /^shared\/\w+\.ts$/.test(to) ||
  (from.endsWith('/index.ts') && to.startsWith(`${dirname(from)}/`));
