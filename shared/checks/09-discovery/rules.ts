import { alertRule, alertRules } from '../../verify/expect/index.ts';
import { expectRulesLoad, expectUnitTests, type Mutant } from '../../verify/expect/play/index.ts';
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { expectLabelAndTexts } from '../04-alertmanager/rules.ts';
import { expectMoment } from '../07-slo/moments.ts';
import { ALERTS, type Alert, playedHours } from './played.ts';

/** The alerts as they are written. */
export const written: Check[] = defineTopic({ kind: 'static' }, [
  {
    id: 'rules.file',
    title: 'The rule files can be read',
    needs: ['prometheus.settings'],
    run: (step) => void alertRules(step),
  },
  ...ALERTS.map(({ id, name, severity, task }) => ({
    ...{ id: `${id}.rule`, task, needs: ['rules.file'] },
    title: `${name} is there, with the severity ${severity}, and three texts`,
    run(step: StepUnderTest) {
      const rule = alertRule(step, name);
      expectThat(typeof rule.get('expr') === 'string', {
        expected: `expr: with a PromQL expression, in ${name}`,
        actual: 'no expr',
        where: rule.where('expr'),
        hint: 'The alert is raised for every series that the expression returns.',
      });
      expectLabelAndTexts(rule, name, severity);
    },
  })),
]);

/** What they do in hours that are made up, and the step's own tests of them. */
export const told: Check[] = defineTopic({ kind: 'tool' }, [
  {
    id: 'rules.load',
    title: 'promtool can read every rule',
    needs: ALERTS.map(({ id }) => `${id}.rule`),
    concurrent: true,
    run: (step) => expectRulesLoad(step, playedHours(step), 'prometheus/discovery-rules.yaml'),
  },
  ...ALERTS.map((alert) => ({
    ...{ id: `${alert.id}.fires`, title: alert.title, task: alert.task, needs: ['rules.load'] },
    run: (step: StepUnderTest) => expectMoments(step, alert),
  })),
  {
    id: 'rules.unit-tests',
    title: 'Your unit tests pass, and fail when a rule is wrong',
    task: 7,
    needs: ALERTS.map(({ id }) => `${id}.fires`),
    run: (step) => expectUnitTests(step, mutants(step), 'prometheus/discovery-rules.test.yaml'),
  },
]);

async function expectMoments(step: StepUnderTest, alert: Alert): Promise<void> {
  const played = await playedHours(step);
  const rule = alertRule(step, alert.name);
  for (const moment of alert.moments) {
    const { alerts } = played[moment.hours];
    const firing = alerts[moment.at] ?? [];
    expectMoment(rule, firing, moment);
    const [first] = firing;
    if (!first) continue;
    const texts = `${first.annotations.summary} ${first.annotations.description}`;
    expectThat(texts.includes(alert.names) && !/<no value>|<error|error expanding/.test(texts), {
      expected: `texts that name ${alert.names}`,
      actual: texts,
      where: rule.where('annotations', 'description'),
      hint: 'A template sees only the labels that the expression keeps: {{ $labels.mountpoint }} says which file system, {{ $labels.job }} which job.',
    });
  }
}

/** Wrong rules that the learner's tests must notice. */
function mutants(step: StepUnderTest): Mutant[] {
  const overdue = String(alertRule(step, 'ReportOverdue').get('expr'));
  const SUCCESS = 'report_last_success_timestamp_seconds';
  return [
    {
      ...{ alert: 'ReportOverdue', what: 'goes by the last push, which may be a failure' },
      // Where a test has no push, this is as right as the learner's.
      expr: `time() - (push_time_seconds{job="report"} or on (job) ${SUCCESS}) > 26 * 3600`,
      test: 'push|fail',
      hint: 'Let push_time_seconds{job="report"} go on after the last success, an hour every hour, and look 27 hours after it: your rule fires, and this one is silent.',
    },
    {
      ...{ alert: 'ReportOverdue', what: 'fires 25 hours after a success' },
      expr: `time() - ${SUCCESS} > 24 * 3600`,
      test: '25',
      hint: 'Look at 25h as well, and say that nothing fires.',
    },
    {
      ...{ alert: 'ReportOverdue', what: 'fires where nothing was ever pushed' },
      expr: `(${overdue}) or absent(${SUCCESS})`,
      test: 'nothing|never',
      hint: `A test has only the series that it lists. Write one without ${SUCCESS}, and say that nothing fires.`,
    },
    {
      ...{ alert: 'DiskFillsUp', what: 'takes memory for a disk' },
      expr: 'predict_linear(node_filesystem_avail_bytes[1h], 4 * 3600) < 0',
      test: 'memory|tmpfs',
      hint: 'Take the series of the given test with fstype="tmpfs", at a minute at which a disk would fire, and say that nothing does.',
    },
  ];
}
