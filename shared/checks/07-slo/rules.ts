import {
  type AlertRule,
  alertRule,
  alertRules,
  windowsIn,
  withoutTexts,
} from '../../verify/expect/index.ts';
import { expectThat, fail, ruleFiles, type StepUnderTest } from '../../verify/files/index.ts';

/** The share that may be bad: the objective is 99.5 %. */
export const BUDGET = 0.005;

/** How long the budget is for, in seconds: 30 days. */
export const MONTH = 30 * 86_400;

/** The windows of the indicator, as the names of its series end. */
export const WINDOWS = ['5m', '30m', '1h', '6h'];

export interface BurnAlert {
  id: string;
  name: string;
  task: number;
  severity: string;
  /** How many times as fast as the budget allows. */
  factor: number;
  /** The long one, which says that it matters, and the short one, which says that it is not over. */
  windows: [long: string, short: string];
}
export const PAGE: BurnAlert = {
  ...{ id: 'page', name: 'ErrorBudgetBurnsFast', task: 4, severity: 'page' },
  ...{ factor: 14.4, windows: ['1h', '5m'] },
};
export const TICKET: BurnAlert = {
  ...{ id: 'ticket', name: 'ErrorBudgetBurnsSlowly', task: 5, severity: 'ticket' },
  ...{ factor: 6, windows: ['6h', '30m'] },
};
export const BURN_ALERTS = [PAGE, TICKET];

/** "7.2 %" */
export const percent = (share: number): string => `${Number((100 * share).toFixed(2))} %`;

/** A recording rule, by the name of its series. */
export interface RecordingRule extends AlertRule {
  record: string;
}

export const recordingRules = (step: StepUnderTest): RecordingRule[] =>
  alertRules(step).flatMap((rule) => {
    const record = rule.get('record');
    return record === undefined ? [] : [{ ...rule, record: String(record) }];
  });

/**
 * The rule that records the share of bad requests over a window.
 *
 * @throws CheckFailure when there is none, or its name lacks its level
 */
export function indicator(step: StepUnderTest, window: string): RecordingRule {
  const rules = recordingRules(step);
  const ratios = rules.filter(({ record }) => record.endsWith(`ratio_rate${window}`));
  // Who records the share of the good ones first has both.
  const bad = ratios.filter(({ record }) => /bad/.test(record));
  const found = bad.length > 0 ? bad : ratios;
  const [rule] = found;
  const [file] = ruleFiles(step).filter(({ path }) =>
    /TODO|ratio_rate/.test(step.files.text(path)),
  );
  if (!rule) {
    const todo = file && step.files.find(file.path, /TODO: record the share/);
    fail({
      expected: `a recording rule whose name ends with ratio_rate${window}`,
      actual: rules.map(({ record }) => record).join(', ') || 'no recording rules',
      where: rules.at(-1)?.where('record') ?? todo ?? 'prometheus/slo-rules.yaml',
      hint: 'A recording rule is an entry in the list rules: with record: and expr:. Its name is level:metric:operations, here job:http_requests_bad:ratio_rate and the window.',
    });
  }
  expectThat(found.length === 1, {
    expected: `one recording rule whose name ends with ratio_rate${window}`,
    actual: found.map(({ record }) => record).join(', '),
    where: found.at(-1)?.where('record') ?? '',
    hint: 'Two rules that record the same overwrite each other. When one was copied, change its name too.',
  });
  expectThat(/^\w+:\w+:\w+$/.test(rule.record), {
    expected: `level:metric:operations, as in job:http_requests_bad:ratio_rate${window}`,
    actual: rule.record,
    where: rule.where('record'),
    hint: 'The level says which labels are left after the sum, so that whoever reads the name knows what it can be compared with. Here that is job.',
  });
  return rule;
}

/** How far an expression looks back, in seconds, also through the series that it asks for and rules record. */
export function reach(step: StepUnderTest, expression: string, seen: string[] = []): number[] {
  const recorded = recordingRules(step).filter(
    ({ record }) => !seen.includes(record) && namesIn(expression).includes(record),
  );
  const below = recorded.flatMap((rule) =>
    reach(step, String(rule.get('expr')), [...seen, rule.record]),
  );
  return [...new Set([...windowsIn(expression), ...below])].sort((a, b) => a - b);
}

const namesIn = (expression: string): string[] =>
  withoutTexts(expression).match(/[a-zA-Z_:][\w:]*/g) ?? [];

/** "5m and 1h" */
export const inWords = (windows: number[]): string =>
  windows
    .map((it) => (it % 3_600 ? (it % 60 ? `${it}s` : `${it / 60}m`) : `${it / 3_600}h`))
    .join(' and ') || 'none';

export const burnAlert = (step: StepUnderTest, { name }: BurnAlert): AlertRule =>
  alertRule(step, name);
