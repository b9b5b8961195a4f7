import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** Each room may use only rooms that stand before it. */
const ORDER = [
  'engine',
  'images',
  'stack',
  'verify',
  'lessons',
  'mistakes',
  'learner',
  'demo',
  'docs',
  'commands',
  'cli.ts',
];

interface Import {
  from: string;
  to: string;
}

describe('The rooms', () => {
  it('When a room uses another, then it stands before it and is entered by its door', () => {
    const between = imports('shared').filter(({ from, to }) => room(from) !== room(to));

    const wrong = between.filter(({ from, to }) => {
      const isTest = /\.test\.ts$|test-/.test(from);
      const entersByDoor =
        to.endsWith('/index.ts') ||
        /^shared\/\w+\.ts$/.test(to) ||
        isTest ||
        room(to) === 'solutions';
      const standsBefore = ORDER.indexOf(room(to)) < ORDER.indexOf(room(from)) || isTest;
      return !entersByDoor || !standsBefore;
    });

    expect(between.length).toBeGreaterThan(10);
    expect(wrong).toEqual([]);
  });

  it.each([
    ['the Slack inbox', 'shared/slack-inbox'],
    ['the app', 'solutions/05-load-test/app'],
    ['the load test', 'solutions/05-load-test/load-test'],
  ])(
    'When %s imports a file, then it lies in its own folder, so that the folder can be copied away',
    (_, folder) => {
      const outside = imports(folder).filter(
        ({ from, to }) => !/test/.test(from) && !to.startsWith(folder),
      );

      expect(outside).toEqual([]);
    },
  );

  it('When a source file is counted, then it has at most 120 lines, tests aside', () => {
    const sources = [...files('shared'), ...files('solutions')].filter(
      (file) => !/\.test\.ts$/.test(file),
    );

    const long = sources.filter(
      (file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 121,
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

/** The room a file belongs to: the folder below shared/, or `solutions`. */
function room(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'shared' ? second : top;
}
