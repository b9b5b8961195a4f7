import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Session } from './session.ts';

describe.skipIf(process.platform === 'win32')('The terminal of a reader', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'page-')));
  mkdirSync(join(folder, 'below'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('a command starts where the last one went, with the same variables', async () => {
    await using session = new Session(folder, { WORD: 'kept' });

    expect(await session.run('cd below')).toEqual({ output: '' });
    expect(
      (await session.run('test "$(pwd)" = "$PWD" && test "$WORD" = kept')).failure,
    ).toBeUndefined();
    expect(session.folder).toBe(join(folder, 'below'));
  });

  it('a failing command reports its exit code and its last words', async () => {
    await using session = new Session(folder, {});

    expect((await session.run('echo one; echo two >&2; exit 3')).failure).toBe(
      'exit code 3: one two',
    );
    expect((await session.run('false | cat')).failure).toMatch('exit code 1');
    expect((await session.run('exit 1', [1])).failure).toBeUndefined();
    expect((await session.run('true', [1, 2])).failure).toMatch('exit code 0');
  });

  it('a command finds the containers that were started ready', async () => {
    const docker = join(folder, 'docker');
    // Its container is ready at the third look.
    const looks =
      '[ "$2" = up ] || { echo >> looks; [ $(wc -l < looks) -ge 3 ] || echo starting; }';
    writeFileSync(docker, `#!/bin/sh\n${looks}\n`, { mode: 0o755 });
    await using session = new Session(folder, { PATH: `${folder}:${process.env.PATH}` });

    expect((await session.run('docker compose up -d')).failure).toBeUndefined();
    expect((await session.run('test $(wc -l < looks) = 3')).failure).toBeUndefined();
  });

  it('reads what stays up to a line, and the rest later', async () => {
    await using session = new Session(folder, {});

    session.start('echo begin; echo judged 1 file; echo again; echo judged 22 files; sleep 60');

    expect(await session.readUntil('…\njudged 7 file\n')).toBe('begin\njudged 1 file');
    expect(await session.readUntil('judged 7 files')).toBe('again\njudged 22 files');
  });

  it('a command waits for a program that stays, and Ctrl-C ends it', async () => {
    const file = join(folder, 'ended');
    {
      await using session = new Session(folder, {});
      session.start('trap "touch ended; exit" INT; touch ready; while :; do sleep 0.05; done');
      expect((await session.run('test -e ready')).failure).toBeUndefined();
    }

    expect(realpathSync(file)).toBe(file);
  });
});
