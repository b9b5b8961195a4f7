import { alertRule } from '../../verify/expect/index.ts';
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, runInOrder } from '../../verify/runner/index.ts';
import { expectWindow, ruleChecks } from '../04-alertmanager/rules.ts';

/** The learner's own alert. */
export const ERRORS_ALERT = 'TooManyErrors';

const ERRORS = { id: 'errors-alert', name: ERRORS_ALERT, severity: 'critical', task: 6 };

/** The rule as it is written. */
export const alertRuleChecks: Check[] = ruleChecks(ERRORS, ['compose.parses']).map((check) =>
  check.id === `${ERRORS.id}.parts` ? runInOrder(check, { run: expectNothingCopied }) : check,
);

/** What is copied from another alert and left as it was. @throws CheckFailure */
function expectNothingCopied(step: StepUnderTest): void {
  const rule = alertRule(step, ERRORS_ALERT);
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
