import { fail, type StepUnderTest } from '../../files/index.ts';
import { alertRules } from '../alert-rules.ts';

/**
 * promtool has read every rule.
 *
 * @param played what it has played with them
 * @param otherwise the file to name where promtool names no rule
 * @throws CheckFailure with its message, at the rule
 */
export async function expectRulesLoad(
  step: StepUnderTest,
  played: Promise<unknown>,
  otherwise: string,
): Promise<void> {
  const message = await played.then(
    () => undefined,
    (error: Error) => {
      if (!error.message.startsWith('promtool')) throw error;
      return error.message.split('\n').find((line) => /error|invalid|unknown/i.test(line));
    },
  );
  if (message === undefined) return;
  fail({
    expected: 'rules that Prometheus can load',
    actual: message.trim().replace(/^\S+\.ya?ml: /, ''),
    where: placeOfRule(step, message) ?? otherwise,
    hint: 'Prometheus says at which line and character it stopped reading. Paste the expression into http://localhost:9090 and fix it there.',
  });
}

/** Where a rule that records something, or raises an alert, has its expression: by what promtool says of it. */
const placeOfRule = (step: StepUnderTest, message: string): string | undefined =>
  alertRules(step)
    .find(({ name, get }) => message.includes(`"${name || get('record')}"`))
    ?.where('expr');
