import { type AlertRule, alertRule } from '../../verify/expect/index.ts';
import { expectThat } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { expectParts, expectWindow } from '../04-alertmanager/rules.ts';

/** The learner's own alert. */
export const ERRORS_ALERT = 'TooManyErrors';

/** The rule as it is written. */
export const alertRuleChecks: Check[] = defineTopic({ kind: 'static', task: 6 }, [
  {
    id: 'errors-alert.rule',
    title: `The rule file holds ${ERRORS_ALERT}`,
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
    needs: ['errors-alert.rule'],
    run(step) {
      const rule = alertRule(step, ERRORS_ALERT);
      expectParts(rule, ERRORS_ALERT, 'critical');
      expectNothingCopied(rule);
    },
  },
]);

/** What is copied from another alert and left as it was. @throws CheckFailure */
function expectNothingCopied(rule: AlertRule): void {
  const runbook = String(rule.get('annotations', 'runbook_url')).trim();
  expectThat(runbook.endsWith(`runbooks/${ERRORS_ALERT}.md`), {
    expected: `runbook_url: docs/runbooks/${ERRORS_ALERT}.md, in ${ERRORS_ALERT}`,
    actual: `runbook_url: ${runbook}`,
    where: rule.where('annotations', 'runbook_url'),
    hint: 'Each alert has a runbook of its own. Whoever is woken opens it, and must find this alert there.',
  });
  expectWindow(rule, {
    expected: 'rates over the last 30 s: [30s]',
    hint: 'The window in brackets decides how fast the share rises and falls, and so when the alert fires and resolves. With 30 s it is over half a minute after the failures.',
  });
}
