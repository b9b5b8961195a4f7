import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readFixtures } from './fixtures.ts';
import { readMessages, writeMessage } from './messages.ts';

const home = mkdtempSync(join(tmpdir(), 'fixtures-'));
afterAll(() => rmSync(home, { recursive: true }));

let folder: string;
beforeEach(({ task }) => {
  folder = join(home, task.id);
  mkdirSync(folder);
});

const write = (topic: string, content: unknown) =>
  writeFileSync(join(folder, `${topic}.yaml`), stringify(content));
const read = () => readFixtures('01-app', folder);

describe('An entry', () => {
  const edit = (to: string) => ({ file: 'app.ts', replace: 'a', with: to });

  it('starts from its base, whatever file that stands in, and makes its own edits last', () => {
    write('app', { wrong: { c: { why: 'c', base: 'b', edits: [edit('c')] } } });
    write('rest', {
      wrong: { b: { why: 'b', base: 'a', live: true, edits: [edit('b')] } },
      right: { a: { why: 'a', from: 'starter', edits: [edit('a')] } },
    });

    expect(read()).toEqual([
      expect.objectContaining({ name: 'a', kind: 'right', topic: 'rest', edits: [edit('a')] }),
      expect.objectContaining({ name: 'b', kind: 'wrong', live: true }),
      {
        ...{ step: '01-app', kind: 'wrong', topic: 'app', name: 'c', why: 'c' },
        ...{ fails: [], live: false, from: 'starter', edits: [edit('a'), edit('b'), edit('c')] },
      },
    ]);
  });

  it('may have its single edit in it, of the file that the topic names', () => {
    write('app', {
      file: 'app.ts',
      wrong: {
        a: { why: 'a', replace: 'a', with: 'b' },
        b: { why: 'b', edits: [{ remove: 'a' }, { file: 'b.ts', content: 'b' }] },
        c: { why: 'c', delete: 'app.ts' },
      },
    });

    expect(read().map(({ edits }) => edits)).toEqual([
      [edit('b')],
      [edit(''), { file: 'b.ts', content: 'b' }],
      [{ delete: 'app.ts' }],
    ]);
  });

  it.each([
    [
      'an unknown base',
      { a: { why: '', base: 'b' } },
      /app\.yaml: a < b: .* no answer of the name b/,
    ],
    [
      'a base that leads back to it',
      { a: { why: '', base: 'b' }, b: { why: '', base: 'a' } },
      /app\.yaml: a < b < a: an answer must not start from itself/,
    ],
    [
      'a base and a start of its own',
      { a: { why: '', base: 'b', from: 'nothing' }, b: { why: '' } },
      /app\.yaml: a: either base or from/,
    ],
    ['a word nobody knows', { a: { why: '', fail: ['x'] } }, /app\.yaml: .*"fail"\n.*wrong\.a/],
    ['edits that are no list', { a: { why: '', edits: null } }, /app\.yaml: .*\n.*wrong\.a\.edits/],
    [
      'an edit beside a list of them',
      { a: { why: '', edits: [], file: 'app.ts', remove: 'a' } },
      /app\.yaml: .*"file", "remove"\n.*wrong\.a/,
    ],
  ])('is refused with %s, by file and name', (_, wrong, message) => {
    write('app', { wrong });

    expect(read).toThrow(message);
  });

  it('is refused when its name is taken, in the same topic or another', () => {
    write('app', { wrong: { a: { why: '' } } });
    write('rest', { right: { a: { why: '' } } });
    expect(read).toThrow(/rest\.yaml: a: there is one of this name in .*app\.yaml/);

    writeFileSync(join(folder, 'rest.yaml'), 'wrong:\n  b: {}\n  b: {}\n');
    expect(read).toThrow(/rest\.yaml: .*Map keys must be unique at line 3/);
  });
});

it('a recorded message comes back to the letter, and the file stays in the order of the names', () => {
  const file = join(folder, 'app.txt');
  writeMessage(file, 'b', '  ✗ Second \n      expected  b\n                \n');
  writeMessage(file, 'c', '  ✗ Third\n');
  writeMessage(file, 'a', '  ✗ First\n');
  writeMessage(file, 'c', '  ✗ Last\n');

  expect([...readMessages(file)]).toEqual([
    ['a', '  ✗ First\n'],
    ['b', '  ✗ Second \n      expected  b\n                \n'],
    ['c', '  ✗ Last\n'],
  ]);
  expect(readFileSync(file, 'utf8')).toMatch(/^a\n {2}✗ First\n\nb\n {2}✗ Second /);
});
