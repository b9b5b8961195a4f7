import { expect, it } from 'vitest';
import { StepUnderTest } from '../../verify/index.ts';
import { layOut } from '../lay-out.ts';
import { atNoon } from './night.ts';

/** What servers take for true, and a reader of newer YAML for a text. */
const WORDS = ['send_resolved: yes', 'headers: { subject: "no" }'];

it('at noon every word is as the learner wrote it, but for the times', () => {
  using laidOut = layOut({
    ...{ step: '08-on-call', kind: 'right', topic: '', name: 'words', from: 'solution' },
    ...{ why: '', fails: [], live: false },
    edits: [
      {
        file: 'alertmanager/alertmanager.yaml',
        replace: 'send_resolved: false',
        with: WORDS.join('\n        '),
      },
    ],
  });

  const [replaced] = atNoon(new StepUnderTest(laidOut.directory));

  for (const word of WORDS) expect(replaced?.content).toContain(`\n        ${word}\n`);
  expect(replaced?.content).toContain('1970');
  expect(replaced?.content).not.toContain('22:00');
});
