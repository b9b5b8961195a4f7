import leven from 'leven';
import { parseDuration } from '../../duration.ts';
import {
  type Alert,
  type AlertRule,
  alertRule,
  alertRules,
  type Panel,
  readDashboards,
  windowsIn,
  withoutTexts,
} from '../../verify/expect/index.ts';
import { expectThat, ruleFiles, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { ALERTS, describe } from './settings.ts';

const [REQUESTS, DOWN] = ALERTS;

/** The alert rules as they are written. */
export const rules = [
  ...defineTopic({ kind: 'static' }, [
    {
      id: 'prometheus.rule-files',
      title: 'Prometheus is told to load a rule file that is there',
      task: 1,
      needs: ['prometheus.settings'],
      run: (step) => void ruleFiles(step),
    },
    {
      id: 'rules.file',
      title: 'The rule file can be read',
      needs: ['prometheus.rule-files'],
      run: (step) => void alertRules(step),
    },
  ]),
  ...ruleChecks(REQUESTS),
  ...defineTopic({ kind: 'static', task: 2 }, [
    {
      id: 'too-many-requests.rate',
      title: 'TooManyRequests looks at a rate over 30 s, and takes it before any sum',
      needs: ['too-many-requests.rule'],
      run: (step) => expectRate(alertRule(step, 'TooManyRequests')),
    },
    {
      id: 'too-many-requests.drawn',
      title: 'The dashboards draw the threshold of the alert where it is',
      needs: ['too-many-requests.rate'],
      run: expectThresholds,
    },
  ]),
  ...ruleChecks(DOWN),
];

/** That an alert is there, with all its parts. @param needs of the first of both checks */
export function ruleChecks(
  { id, name, severity, task }: Alert & { id: string; task: number },
  needs = ['rules.file'],
): Check[] {
  return defineTopic({ kind: 'static', task }, [
    {
      id: `${id}.rule`,
      title: `The rule file holds ${name}`,
      needs,
      run(step) {
        const rule = alertRule(step, name);
        expectThat(typeof rule.get('expr') === 'string', {
          expected: `expr: with a PromQL expression, in ${name}`,
          actual: describe(rule.get('expr'), 'expr'),
          where: rule.where('expr'),
          hint: 'The alert is raised for every series that the expression returns, and for none when it returns nothing.',
        });
      },
    },
    {
      id: `${id}.parts`,
      title: `${name} waits 10 s, says how bad it is, and has three texts`,
      needs: [`${id}.rule`],
      run: (step) => expectParts(alertRule(step, name), name, severity),
    },
  ]);
}

function expectParts(rule: AlertRule, name: string, severity: string): void {
  expectThat(parseDuration(rule.get('for')) === 10, {
    expected: `for: 10s, in ${name}`,
    actual: describe(rule.get('for'), 'for'),
    where: rule.where('for'),
    hint: '`for` is how long the expression must hold before the alert fires, with its unit: ms, s, m or h. Until then it is pending.',
  });
  expectLabelAndTexts(rule, name, severity);
}

export function expectLabelAndTexts(rule: AlertRule, name: string, severity: string): void {
  const given = rule.get('labels', 'severity');
  expectThat(given === severity, {
    expected: `severity: ${severity} below labels:, in ${name}`,
    actual: given === undefined ? 'no severity below labels:' : `severity: ${given}`,
    where: rule.where('labels', 'severity'),
    hint: 'Alertmanager routes by labels, so what decides who is told is a label. Annotations are only shown.',
  });
  for (const key of ['summary', 'description', 'runbook_url']) {
    const text = rule.get('annotations', key);
    expectThat(typeof text === 'string' && text.trim(), {
      expected: `${key}: with a text below annotations:, in ${name}`,
      actual: describe(text, `${key} below annotations:`),
      where: rule.where('annotations', nearest(key, rule.get('annotations')) ?? key),
      hint: 'Whoever is woken by an alert needs three things: what is happening, with which numbers, and what to do about it.',
    });
  }
}

/** The key of a map that is this one but for a letter or two. */
const nearest = (name: string, map: unknown): string | undefined =>
  Object.keys(Object(map)).find((key) => leven(key.toLowerCase(), name) <= 2);

function expectRate(rule: AlertRule): void {
  const expr = String(rule.get('expr'));
  const isRaw = /http_requests_total/.test(expr) && !/\[|offset/.test(expr);
  const isLate = /rate\s*\(\s*(sum|avg|min|max|count)\b/.test(expr);
  expectThat(!isRaw && !isLate, {
    expected: isRaw ? 'how fast http_requests_total grows' : 'first rate(…), then sum(…)',
    actual: expr.trim(),
    where: rule.where('expr'),
    hint: isRaw
      ? 'A counter never falls, so an alert on its value can never resolve. rate(…[30s]) says how fast it grows, per second.'
      : 'Each counter starts again at 0 when its process does. rate() corrects that for one series, but cannot see it in a sum.',
  });
  expectWindow(rule, {
    expected: 'a rate over the last 30 s: [30s]',
    hint: 'The window in brackets decides how fast the rate rises and falls, and so when the alert fires and resolves. The dashboards and the lesson count with 30 s.',
  });
  expectMoreThan(rule);
}

/** `>= 20` or `20 <=`; 600 is what increase() counts in 30 s. Not a part of a calculation such as `20 * 2`. */
const AT_LEAST = />=\s*(20|600)(?![\w.]|\s*[-+*/%^])|(?<![\w.]|[-+*/%^]\s*)(20|600)\s*<=/;

/** By its text: a rate of exactly 20 is rarely computed as 20. @throws CheckFailure when the alert fires at 20 */
function expectMoreThan(rule: AlertRule): void {
  const expr = withoutTexts(String(rule.get('expr')));
  const [found = ''] = expr.match(AT_LEAST) ?? [];
  expectThat(!found, {
    expected: found.replace('=', ''),
    actual: found,
    where: rule.where('expr'),
    hint: 'More than is `>`. With `>=` the alert fires at exactly 20 requests per second, too.',
  });
}

/** @throws CheckFailure unless the rule looks back for 30 s only */
export function expectWindow(rule: AlertRule, words: { expected: string; hint: string }): void {
  const expr = String(rule.get('expr'));
  expectThat(
    windowsIn(expr).every((window) => window === 30),
    {
      ...words,
      actual: expr.match(/\[[^\]]*\]/g)?.join(' and ') ?? '',
      where: rule.where('expr'),
    },
  );
}

/**
 * A panel that names an alert in its title or description, and has thresholds, draws the alert's own.
 *
 * @throws CheckFailure at the first threshold that differs
 */
function expectThresholds(step: StepUnderTest): void {
  const panels = readDashboards(step).flatMap((dashboard) => dashboard.panels);
  for (const rule of alertRules(step)) {
    const expr = String(rule.get('expr'));
    const limit = Number(expr.match(/[<>]=?\s*(-?[\d.]+)\s*$/)?.[1]);
    // increase() counts for its whole window.
    if (Number.isNaN(limit) || /increase/.test(expr)) continue;
    for (const panel of panels.filter((it) => names(it, rule.name))) {
      const drawn = thresholdsOf(panel);
      const place = ['fieldConfig', 'defaults', 'thresholds', 'steps', drawn.length, 'value'];
      const isRuleOther = rule.name === REQUESTS.name && limit !== 20 && drawn.includes(20);
      expectThat(drawn.length === 0 || drawn.includes(limit), {
        expected: isRuleOther
          ? `${rule.name} above 20, as "${panel.title}" draws it (${panel.where(...place)})`
          : `${limit} in "${panel.title}", as in ${rule.name} (${rule.where('expr')})`,
        actual: isRuleOther ? `${limit}` : `${drawn.join(' and ')}`,
        where: isRuleOther ? rule.where('expr') : panel.where(...place),
        hint: 'A line that people take for the alert must be where the alert fires. Whoever changes the rule changes the panel, too.',
      });
    }
  }
}

const names = ({ title, value }: Panel, alert: string): boolean =>
  new RegExp(`\\b${alert}\\b`).test(`${title} ${value.description ?? ''}`);

/** The first step of a list has no value: it begins at minus infinity. */
function thresholdsOf({ value }: Panel): number[] {
  const { defaults } = (value.fieldConfig ?? {}) as {
    defaults?: { thresholds?: { steps?: { value?: number | null }[] } };
  };
  return (defaults?.thresholds?.steps ?? []).flatMap((step) => step.value ?? []);
}
