import { describe, expect, it } from 'vitest';
import { findDifference, readNote, renew } from './output.ts';

const PRINTED = `Judging
  ✓ The app answers      0.3 s
  ✓ It counts            1.0 s
  ✗ It stops             task 9
      hint  close the server
1 failed
at 3:06:18\u202fPM judged 7e9827f7
`;

describe('An output that a page shows', () => {
  it.each([
    ['one that is whole', PRINTED.replaceAll(/\d/g, '9')],
    ['a piece at the beginning', 'Judging\n  ✓ The app answers   12.8 s\n…\n'],
    ['a piece at the end', '…\n1 failed\nat 11:59:59 AM judged 00a1ffb2\n'],
    ['pieces', '…\n  ✓ It counts    0.0 s\n  …\n      hint  close the server\n…\n'],
  ])('nothing differs from %s with other numbers', (_, shown) => {
    expect(findDifference(shown, PRINTED)).toBeUndefined();
  });

  it.each([
    [
      'Judging\n  ✗ The app answers      0.3 s\n…\n',
      'it is not printed: ✗ The app answers      0.3 s',
    ],
    [
      '…\n  ✗ It stops             task 9\n…\n  ✓ It counts            1.0 s\n…\n',
      'nothing is printed that begins and ends like this',
    ],
    [PRINTED.replace('It counts', 'It adds'), 'it is not printed: ✓ It adds            1.0 s'],
    [
      PRINTED.replace(/.*counts.*\n/, ''),
      'it is printed, and not shown: ✓ It counts            1.0 s',
    ],
  ])('says when the command prints something else than %j', (shown, difference) => {
    expect(findDifference(shown, PRINTED)).toBe(difference);
  });

  it('pastes what was printed, and leaves out what was left out', () => {
    const shown = 'Judging\n  …\n  ✓ It counts   9.9 s\n      hint  close the server\n…\n';

    expect(renew(shown, PRINTED)).toBe(
      'Judging\n  …\n  ✓ It counts            1.0 s\n  ✗ It stops             task 9\n      hint  close the server\n…\n',
    );
    expect(renew('', PRINTED)).toBe(PRINTED);
  });

  it('a piece keeps as many repeated lines as it shows', () => {
    const load = [5, 10, 15, 20, 25].map((second) => `${second} s  50 requests/s`);

    expect(
      renew(
        'Load\n1 s 9 requests/s\n2 s 9 requests/s\n…\n9 s 9 requests/s\n\nOver\n',
        `Load\n${load.join('\n')}\n\nOver`,
      ),
    ).toBe(`Load\n${load[0]}\n${load[1]}\n…\n${load[4]}\n\nOver\n`);
  });

  it.each([
    ['output', { stays: false, isCompared: true, command: undefined }],
    ['output of one machine', { stays: false, isCompared: false, command: undefined }],
    ['output of what stays', { stays: true, isCompared: true, command: undefined }],
    ['output of npm run demo', { stays: false, isCompared: true, command: 'npm run demo' }],
    ['outputs', undefined],
  ])('understands the note %j', (note, meant) => {
    expect(readNote(note)).toEqual(meant);
  });
});
