import { parseDuration } from '../../duration.ts';
import { type AlertRule, alertRules, windowsIn, withoutTexts } from '../../verify/expect/index.ts';
import {
  describeValue,
  expectThat,
  fail,
  readSettings,
  ruleFiles,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { expectLabelAndTexts } from '../04-alertmanager/rules.ts';
import {
  BURN_ALERTS,
  type BurnAlert,
  burnAlert,
  indicator,
  inWords,
  reach,
  WINDOWS,
} from './rules.ts';

/** The rules as they are written. */
export const written: Check[] = [
  ...defineTopic({ kind: 'static' }, [
    {
      id: 'prometheus.rule-files',
      title: 'Prometheus is told to load the rules about the objective',
      task: 1,
      needs: ['prometheus.settings'],
      run: expectLoaded,
    },
    {
      id: 'rules.file',
      title: 'The rule files can be read',
      needs: ['prometheus.rule-files'],
      run: expectExpressions,
    },
    {
      id: 'rules.groups',
      title: 'The rules are evaluated once a minute, or more often',
      needs: ['rules.file'],
      run: expectSoon,
    },
    {
      id: 'indicator.names',
      title: 'Four recording rules are named level:metric:operations, one for each window',
      task: 2,
      needs: ['rules.file'],
      run: (step) => void WINDOWS.map((window) => indicator(step, window)),
    },
    {
      id: 'indicator.windows',
      title: 'Each recording rule looks back as far as its name says',
      task: 2,
      needs: ['indicator.names'],
      run(step) {
        for (const window of WINDOWS) {
          const rule = indicator(step, window);
          const expression = String(rule.get('expr'));
          const wanted = parseDuration(window);
          const ofOthers = WINDOWS.map(parseDuration).filter((it) => it !== wanted);
          // A subquery may have a range within its range.
          const isNested = /\[[^\]]*:/.test(withoutTexts(expression));
          const isCopied = !isNested && windowsIn(expression).some((it) => ofOthers.includes(it));
          expectThat(reach(step, expression).at(-1) === wanted && !isCopied, {
            expected: `[${window}] in the rule that records ${rule.record}, and no window of another rule`,
            actual:
              withoutTexts(expression)
                .match(/\[[^\]]*\]/g)
                ?.join(' and ') ?? 'no window in brackets',
            where: rule.where('expr'),
            hint: 'Nothing but its name tells what a recorded series holds. When a rule was copied, its window must change in every place.',
          });
        }
      },
    },
  ]),
  ...BURN_ALERTS.flatMap(alertChecks),
];

/** @throws CheckFailure when none is named, one is not there, or those of this step are not among them */
function expectLoaded(step: StepUnderTest): void {
  const loaded = ruleFiles(step).map(({ path }) => path);
  const isAbout = (path: string) => /ratio_rate|ErrorBudget/.test(step.files.readable(path));
  const other = step.files
    .all('prometheus')
    .find((path) => /(?<!\.test)\.ya?ml$/.test(path) && !loaded.includes(path) && isAbout(path));
  const { file } = readSettings(step, 'prometheus');
  expectThat(!other || loaded.some(isAbout), {
    expected: `${other?.replace('prometheus/', '')} in the list rule_files:`,
    actual: loaded.map((path) => path.replace('prometheus/', '')).join(', '),
    where: file.where(['rule_files']),
    hint: 'Prometheus reads only the rule files that its settings list, and is silent about any other.',
  });
}

/** @throws CheckFailure when a file is no rule file, or a rule asks nothing */
function expectExpressions(step: StepUnderTest): void {
  for (const { name, get, where } of alertRules(step)) {
    expectThat(typeof get('expr') === 'string', {
      expected: `expr: with a PromQL expression, in ${name || get('record')}`,
      actual: get('expr') === undefined ? 'no expr' : `expr: ${describeValue(get('expr'))}`,
      where: where('expr'),
      hint: 'What a rule records, or raises an alert for, is what its expression returns.',
    });
  }
}

/** What Prometheus says about a group, and where else it stands. @throws CheckFailure when rules are evaluated too late */
function expectSoon(step: StepUnderTest): void {
  const { file } = readSettings(step, 'prometheus');
  const usual = file.get(['global', 'evaluation_interval']) ?? '1m';
  for (const { group, where } of alertRules(step)) {
    for (const key of ['interval', 'query_offset']) {
      const value = group.get(key) ?? (key === 'interval' ? usual : '0s');
      expectThat(parseDuration(value) <= 60, {
        expected: `${key}: of a minute or less`,
        actual: `${key}: ${describeValue(value)}`,
        where: group.get(key) === undefined ? where() : group.where(key),
        hint: 'An outage may burn the budget of a month within hours. What is looked at seldom, or late, is told late.',
      });
    }
  }
}

function alertChecks(alert: BurnAlert): Check[] {
  const { id, name, task, severity, windows } = alert;
  return defineTopic({ kind: 'static', task, needs: [`${id}.rule`] }, [
    {
      id: `${id}.rule`,
      title: `The rule files hold ${name}`,
      needs: ['rules.file'],
      run: (step) => void burnAlert(step, alert),
    },
    {
      id: `${id}.parts`,
      title: `${name} has the severity ${severity}, and three texts`,
      run: (step) => expectLabelAndTexts(burnAlert(step, alert), name, severity),
    },
    {
      id: `${id}.for`,
      title: `${name} does not wait for longer than a minute`,
      run: (step) => expectNoWait(burnAlert(step, alert), alert),
    },
    {
      id: `${id}.recorded`,
      title: `${name} asks the recorded series`,
      needs: [`${id}.rule`, 'indicator.names'],
      run(step) {
        const rule = burnAlert(step, alert);
        const expression = String(rule.get('expr'));
        const [raw] = expression.match(/\w+(\{[^}]*\})?\s*\[[^\]]*\]/) ?? [];
        expectThat(!raw, {
          expected: `the recorded series by their names, in ${name}`,
          actual: `${raw}`,
          where: rule.where('expr'),
          hint: 'A rule that computes it again may differ from what is recorded and drawn. Record it once, and ask for it by its name.',
        });
      },
    },
    {
      id: `${id}.windows`,
      title: `${name} asks for ${windows.join(' and ')}`,
      needs: [`${id}.recorded`, 'indicator.windows'],
      run(step) {
        const rule = burnAlert(step, alert);
        const expression = String(rule.get('expr'));
        const own = WINDOWS.filter((window) => expression.includes(indicator(step, window).record));
        const asked = own.length > 0 ? own.map(parseDuration) : reach(step, expression);
        const wanted = windows.map(parseDuration).sort((a, b) => a - b);
        expectThat(`${asked}` === `${wanted}`, {
          expected: `the share of bad requests over ${inWords(wanted)}, in ${name}`,
          actual: `over ${inWords(asked)}`,
          where: rule.where('expr'),
          hint: 'The long window says that it matters, the short one, a twelfth of it, that it is not over yet. A fast burn needs a short pair, a slow one a long pair.',
        });
      },
    },
  ]);
}

function expectNoWait(rule: AlertRule, { name, windows }: BurnAlert): void {
  const value = rule.get('for');
  if (value === undefined || parseDuration(value) <= 60) return;
  fail({
    expected: `no for: in ${name}, or a minute at most`,
    actual: `for: ${value}`,
    where: rule.where('for'),
    hint: `The window of ${windows[0]} is the patience of this alert already. With for: everybody waits twice, and one good minute begins the wait anew.`,
  });
}
