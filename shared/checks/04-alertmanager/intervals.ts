import { parseDuration } from '../../duration.ts';
import { alertRule } from '../../verify/expect/index.ts';
import { expectThat, readSettings, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { ALERTS, describe, listOf } from './settings.ts';

/** How often Prometheus looks, and for how many. */
export const intervals = defineTopic({ kind: 'static' }, [
  {
    id: 'rules.groups',
    title: 'The rules are evaluated every 5 s, for every instance',
    needs: ALERTS.map(({ id }) => `${id}.rule`),
    run: expectGroups,
  },
]);

const isSoon = (value: unknown): boolean => parseDuration(value) <= 5;

/** What a group may say about its rules, and what follows. The lesson speaks of fifty instances. */
const OF_GROUPS: [key: string, isFine: (value: unknown) => boolean, hint: string][] = [
  ['interval', isSoon, 'An alert that waits 10 s and is looked at once a minute waits a minute.'],
  ['query_offset', isSoon, 'The rules then see what was at that time, and every alert is late.'],
  [
    'limit',
    (value) => Number(value) === 0 || Number(value) >= 50,
    'When a rule raises more alerts than this, Prometheus drops all of them: nobody is told when it matters most.',
  ],
];

/** @throws CheckFailure when an alert is looked at late, or not for all */
function expectGroups(step: StepUnderTest): void {
  const { file } = readSettings(step, 'prometheus');
  const jobs = listOf(file.get(['scrape_configs'])).flatMap((job, index) =>
    job?.scrape_interval === undefined ? [] : [['scrape_configs', index]],
  );
  const places = [
    ['global', 'evaluation_interval'],
    ...['global', ...jobs].map((place) => [...[place].flat(), 'scrape_interval']),
  ];
  for (const place of places) {
    expectThat(isSoon(file.get(place)), {
      expected: `${place.at(-1)}: 5s`,
      actual: describe(file.get(place), `${place.at(-1)}`),
      where: file.where(place),
      hint: 'Without a word about it both intervals are a minute. What is looked at once a minute is told up to a minute late.',
    });
  }
  for (const { name } of ALERTS) {
    const { get, where } = alertRule(step, name).group;
    for (const [key, isFine, hint] of OF_GROUPS) {
      const value = get(key);
      expectThat(value === undefined || isFine(value), {
        expected: `${name} to be evaluated every 5 s, for every instance`,
        actual: describe(value, key),
        where: where(key),
        hint: `${key} holds for all rules of the group. ${hint}`,
      });
    }
  }
}
