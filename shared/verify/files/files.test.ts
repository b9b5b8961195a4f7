import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCompose } from './compose-file.ts';
import { CheckFailure, type Finding } from './finding.ts';
import { StepFiles } from './step-files.ts';

describe('The files of a step', () => {
  let files: StepFiles;
  beforeEach(() => {
    files = new StepFiles(mkdtempSync(join(tmpdir(), 'step-')));
  });
  afterEach(() => rmSync(files.directory, { recursive: true }));

  function write(path: string, content: string | Buffer): void {
    mkdirSync(dirname(join(files.directory, path)), { recursive: true });
    writeFileSync(join(files.directory, path), content);
  }

  it.each([
    ['is missing', () => {}, 'no such file', 'a.yaml (missing)'],
    ['is a folder', () => write('a.yaml/x', ''), 'a folder of that name', 'a.yaml'],
    [
      'is not UTF-8',
      () => write('a.yaml', Buffer.from([0x61, 0xff])),
      'bytes that are not UTF-8',
      'a.yaml:1',
    ],
    ['is empty', () => write('a.yaml', ''), 'an empty file', 'a.yaml:1'],
    ['is all comments', () => write('a.yaml', '# a: 1\n# b: 2\n'), 'only comments', 'a.yaml:1'],
    [
      'has a tab',
      () => write('a.yaml', 'a:\n\tb: 1\n'),
      'Tabs are not allowed as indentation',
      'a.yaml:2',
    ],
    [
      'does not parse',
      () => write('a.yaml', 'a: 1\nb: [1, 2\nc: 3\n'),
      expect.any(String),
      expect.stringMatching(/^a\.yaml:[23]$/),
    ],
  ])('When a YAML file %s, then it is said where', (_, prepare, actual, where) => {
    prepare();

    expect(toFinding(() => files.yaml('a.yaml'))).toMatchObject({ actual, where });
  });

  it('When JSON lacks a comma, then the line is the one where it is missed', () => {
    write('a.json', '{\n  "a": 1\n  "b": 2\n}\n');

    expect(toFinding(() => files.json('a.json'))).toMatchObject({ where: 'a.json:3' });
  });

  it('When JSON ends too early, then the line is the last one', () => {
    write('a.json', '{\n  "a": 1');

    expect(toFinding(() => files.json('a.json')).where).toBe('a.json:2');
  });

  it('When line ends are those of Windows, then the lines are counted all the same', () => {
    write('a.yaml', 'a: 1\r\nb:\r\n  c: 2\r\n');

    const file = files.yaml('a.yaml');

    expect(file.where(['b', 'c'])).toBe('a.yaml:3');
    expect(file.get(['b', 'c'])).toBe(2);
  });

  it('When a place is not there, then the nearest place around it is named', () => {
    write('a.yaml', 'a: 1\nb:\n  c: 2\n');

    expect(files.yaml('a.yaml').where(['b', 'x', 'y'])).toBe('a.yaml:2');
  });

  it('When any byte of any file changes, then the content hash does', () => {
    write('a', '1');
    const before = files.contentHash();
    write('a', '2');

    expect(files.contentHash()).not.toBe(before);
    expect(before).toMatch(/^[0-9a-f]{8}$/);
  });

  describe('of which one is the compose file', () => {
    const compose = (text: string) => {
      write('compose.yaml', text);
      return readCompose(files);
    };

    it('When ports, mounts and variables use the short or the long syntax, then they mean the same', () => {
      const short = compose(
        'services:\n  app:\n    ports: ["127.0.0.1:1:8080/tcp"]\n    volumes: ["./a/:/b/:ro"]\n    environment: [X=1=2]\n    command: node x.ts\n',
      ).service('app');
      const long = compose(
        'services:\n  app:\n    ports: [{ target: 8080, published: 1 }]\n    volumes: [{ type: bind, source: ./a/, target: /b, read_only: true }]\n    environment: { X: 1=2 }\n    command: [node, x.ts]\n',
      ).service('app');

      for (const service of [short, long]) {
        expect(service.ports.map(({ target }) => target)).toEqual(['8080']);
        expect(service.mounts).toMatchObject([{ source: './a/', target: '/b', readOnly: true }]);
        expect(service.environment).toEqual({ X: '1=2' });
        expect(service.command).toEqual(['node', 'x.ts']);
      }
    });

    it('When keys are merged in, then they count', () => {
      const app = compose('x-a: &a { user: node }\nservices:\n  app:\n    <<: *a\n').service('app');

      expect(app.get('user')).toBe('node');
    });

    it('When a service is misspelled, then those that are there are named', () => {
      const file = compose('services:\n  ap:\n    image: x\n');

      expect(toFinding(() => file.service('app'))).toMatchObject({
        actual: 'services: ap',
        where: 'compose.yaml:1',
      });
    });

    it('When services stand at the wrong indentation, then that is said', () => {
      expect(toFinding(() => compose('services:\napp:\n  image: x\n'))).toMatchObject({
        actual: 'null',
        where: 'compose.yaml:1',
      });
    });
  });
});

function toFinding(work: () => unknown): Finding {
  try {
    work();
  } catch (error) {
    if (error instanceof CheckFailure) return error.finding;
    throw error;
  }
  throw new Error('nothing was found wrong');
}
