import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCompose } from './compose-file.ts';
import { CheckFailure, type Finding } from './finding.ts';
import { flagValue, hostPath, mountAt } from './mounts.ts';
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
    ['is a folder', () => write('a.yaml/x', ''), 'a folder of that name, with x in it', 'a.yaml'],
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
  ])('name the line where YAML %s', (_, prepare, actual, where) => {
    prepare();

    expect(toFinding(() => files.yaml('a.yaml'))).toMatchObject({ actual, where });
  });

  it('name the line where JSON misses a comma', () => {
    write('a.json', '{\n  "a": 1\n  "b": 2\n}\n');

    expect(toFinding(() => files.json('a.json'))).toMatchObject({ where: 'a.json:3' });
  });

  it('name the last line of JSON that ends too early', () => {
    write('a.json', '{\n  "a": 1');

    expect(toFinding(() => files.json('a.json')).where).toBe('a.json:2');
  });

  it('have the same line numbers with line ends of Windows', () => {
    write('a.yaml', 'a: 1\r\nb:\r\n  c: 2\r\n');

    const file = files.yaml('a.yaml');

    expect(file.where(['b', 'c'])).toBe('a.yaml:3');
    expect(file.get(['b', 'c'])).toBe(2);
  });

  it('name the nearest place around one that is not there', () => {
    write('a.yaml', 'a: 1\nb:\n  c: 2\n');

    expect(files.yaml('a.yaml').where(['b', 'x', 'y'])).toBe('a.yaml:2');
  });

  it('get another content hash when any byte of any file changes', () => {
    write('a', '1');
    const before = files.contentHash();
    write('a', '2');

    expect(files.contentHash()).not.toBe(before);
    expect(before).toMatch(/^[0-9a-f]{8}$/);
  });

  describe('whose compose file', () => {
    const compose = (text: string) => {
      write('compose.yaml', text);
      return readCompose(files);
    };

    it('means the same in short and in long syntax', () => {
      const short = compose(
        'services:\n  app:\n    ports: ["127.0.0.1:1:8080/tcp"]\n    volumes: ["./a/:/b/:ro"]\n    environment: [X=1=2]\n    command: node x.ts\n',
      ).service('app');
      const long = compose(
        'services:\n  app:\n    ports: [{ target: 8080, published: 1 }]\n    volumes: [{ type: bind, source: ./a/, target: /b/, read_only: true }]\n    environment: { X: 1=2 }\n    command: [node, x.ts]\n',
      ).service('app');

      for (const service of [short, long]) {
        expect(service.ports.map(({ target }) => target)).toEqual(['8080']);
        expect(service.mounts).toMatchObject([{ source: './a/', target: '/b', readOnly: true }]);
        expect(service.environment).toEqual({ X: '1=2' });
        expect(service.command).toEqual(['node', 'x.ts']);
      }
    });

    it('has the keys that are merged in', () => {
      const app = compose('x-a: &a { user: node }\nservices:\n  app:\n    <<: *a\n').service('app');

      expect(app.get('user')).toBe('node');
    });

    it('lacks a service lists those it has', () => {
      const file = compose('services:\n  ap:\n    image: x\n');

      expect(toFinding(() => file.service('app'))).toMatchObject({
        actual: 'services: ap',
        where: 'compose.yaml:2',
      });
    });

    it('has services at the wrong indentation says so', () => {
      expect(toFinding(() => compose('services:\napp:\n  image: x\n'))).toMatchObject({
        actual: 'null',
        where: 'compose.yaml:1',
      });
    });

    it('leads from a path in a container to the file that is mounted there', () => {
      const service = compose(
        'services:\n  x:\n    volumes: [./a/:/etc/a/, ./b.yaml:/etc/a/b.yaml, data:/data, /abs:/abs]\n',
      ).service('x');

      expect(hostPath(service, '/etc/a')).toBe('a');
      expect(hostPath(service, '/etc/a/x/y.yaml')).toBe('a/x/y.yaml');
      expect(hostPath(service, '/etc/a/b.yaml')).toBe('b.yaml');
      expect(hostPath(service, '/etc/ab')).toBeUndefined();
      expect(hostPath(service, '/data/x')).toBeUndefined();
      expect(hostPath(service, '/abs')).toBeUndefined();
      expect(mountAt(service, '/data/x')).toMatchObject({ source: 'data' });
    });

    it.each(['--config.file=/x=y', '--config.file /x=y', '-config.file=/x=y'])(
      'has a command with the flag %s',
      (flag) => {
        const service = compose(`services:\n  x: { command: "--other ${flag}" }\n`).service('x');

        expect(flagValue(service, 'config.file')).toBe('/x=y');
        expect(flagValue(service, 'config')).toBeUndefined();
      },
    );
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
