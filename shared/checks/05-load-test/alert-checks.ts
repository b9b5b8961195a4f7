import { alertRule } from '../../verify/expect/index.ts';
import { expectThat } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { expectParts } from '../04-alertmanager/rules.ts';

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
    run: (step) => expectParts(alertRule(step, ERRORS_ALERT), ERRORS_ALERT, 'critical'),
  },
]);
