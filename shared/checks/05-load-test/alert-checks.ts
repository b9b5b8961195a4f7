import { parseDuration } from '../../duration.ts';
import { alertRule } from '../../verify/expect/index.ts';
import { expectThat } from '../../verify/files/index.ts';
import type { Check } from '../../verify/runner/index.ts';

/** The learner's own alert. */
export const ERRORS_ALERT = 'TooManyErrors';

/** The rule as it is written. */
export const alertRuleChecks: Check[] = [
  {
    id: 'errors-alert.rule',
    title: `The rule file holds ${ERRORS_ALERT}`,
    kind: 'static',
    task: 6,
    needs: ['compose.parses'],
    run(step) {
      const rule = alertRule(step, ERRORS_ALERT);
      expectThat(typeof rule.get('expr') === 'string', {
        expected: `expr: with a PromQL expression, in ${ERRORS_ALERT}`,
        actual: 'no expr',
        where: rule.where('expr'),
        hint: 'The alert is raised for every series that the expression returns, and for none when it returns nothing.',
      });
    },
  },
  {
    id: 'errors-alert.parts',
    title: `${ERRORS_ALERT} waits 10 s, says how bad it is, and has three texts`,
    kind: 'static',
    task: 6,
    needs: ['errors-alert.rule'],
    run(step) {
      const rule = alertRule(step, ERRORS_ALERT);
      const given = (...place: string[]) => rule.get(...place) ?? `no ${place.at(-1)}`;
      expectThat(parseDuration(rule.get('for')) === 10, {
        expected: 'for: 10s',
        actual: `${given('for')}`,
        where: rule.where('for'),
        hint: 'Without `for` a single failure at a quiet moment, which is 100 % for an instant, wakes somebody.',
      });
      expectThat(rule.get('labels', 'severity') === 'critical', {
        expected: 'severity: critical below labels:',
        actual: `${given('labels', 'severity')}`,
        where: rule.where('labels', 'severity'),
        hint: 'Requests that fail are what users feel. Alertmanager routes by labels, so how bad it is is a label.',
      });
      for (const key of ['summary', 'description', 'runbook_url']) {
        const text = rule.get('annotations', key);
        expectThat(typeof text === 'string' && text.trim(), {
          expected: `${key}: with a text below annotations:`,
          actual: `${given('annotations', key)}`,
          where: rule.where('annotations', key),
          hint: 'Whoever is woken by an alert needs three things: what is happening, with which numbers, and what to do about it.',
        });
      }
    },
  },
];
