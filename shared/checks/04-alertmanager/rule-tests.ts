import {
  type AlertRule,
  alertRule,
  type FiringAlert,
  firingAlerts,
  ruleLabels,
} from '../../verify/expect/index.ts';
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { INSTANCES, underTraffic } from './traffic.ts';

const target = (job: string, instance: string) => `up{job="${job}", instance="${instance}"}`;

/** What the rules do with traffic and targets that are made up, in promtool, without waiting for real time. */
export const ruleTests = defineTopic({ kind: 'live', task: 2, asks: ['prometheus'] }, [
  {
    id: 'rules.fires',
    title: 'TooManyRequests fires at 50 requests per second, after 10 s',
    async run(step) {
      const rule = alertRule(step, 'TooManyRequests');
      const { early, firing, late } = await underTraffic(step);
      for (const { instance, what } of INSTANCES.filter(({ fires }) => fires)) {
        const states = [early, firing, late].map((alerts) => {
          // An alert without this label is of all of them; that it is missing, another check says.
          const own = alerts.filter(({ labels }) => (labels.instance ?? instance) === instance);
          return own.length > 1 ? `${own.length} alerts` : own.length ? 'firing' : 'silent';
        });
        expectThat(states.join() === 'silent,firing,firing', {
          expected: `${what}: silent after 10 s, firing after 50 s and 80 s`,
          actual: `${states[0]} after 10 s, ${states[1]} after 50 s, ${states[2]} after 80 s`,
          ...causeIn(
            rule,
            'Paste the expression into Prometheus while you send requests: it must answer one series for each instance above the threshold, and nothing below it. rate() copes with bursts and restarts, sum by (job, instance) adds up the routes.',
          ),
        });
      }
    },
  },
  {
    id: 'rules.silent',
    title: 'TooManyRequests stays silent at 19 requests per second',
    needs: ['rules.fires'],
    async run(step) {
      const { early, firing, late, end } = await underTraffic(step);
      const alerts = [...early, ...firing, ...late, ...end];
      const wrong = INSTANCES.find(
        ({ fires, instance }) =>
          !fires && alerts.some(({ labels }) => labels.instance === instance),
      );
      expectThat(!wrong, {
        expected: `silent ${wrong?.what}`,
        actual: 'firing',
        where: alertRule(step, 'TooManyRequests').where('expr'),
        hint: 'rate() is per second, increase() is for the whole window. The threshold must be in the same unit.',
      });
    },
  },
  {
    id: 'rules.resolves',
    title: 'TooManyRequests resolves when the requests stop',
    needs: ['rules.silent'],
    async run(step) {
      const { end } = await underTraffic(step);
      const isOver = !end.some(({ labels }) => (labels.instance ?? 'app:8080') === 'app:8080');
      expectResolves(alertRule(step, 'TooManyRequests'), isOver, {
        expected: 'silent 80 s after the last request',
        actual: 'firing',
        hint: 'A range of 30 s forgets the traffic within 30 s.',
      });
    },
  },
  {
    id: 'rules.instance-down',
    title: 'InstanceDown fires when a target is down, and resolves',
    task: 3,
    async run(step) {
      const values = '1x10 0x10 1x10';
      const series = {
        [target('web', 'app:8080')]: values,
        [target('prometheus', 'localhost:9090')]: values,
        [target('web', 'app-2:8080')]: '1x32',
        [target('web', 'app-3:8080')]: Array(33).fill('1 0').join(' '),
      };
      const at = [50, 75, 90, 130];
      const alerts = await firingAlerts(step, { alertname: 'InstanceDown', series, at });
      const rule = alertRule(step, 'InstanceDown');
      const [before, ...later] = alerts.map(describeFiring);
      const both = 'firing for app:8080 and localhost:9090';
      expectThat(before === 'silent' && later[0] === both && later[1] === both, {
        expected: `silent while up is 1, ${both} 20 and 35 s after theirs became 0, silent for one that fails every other time`,
        actual: alerts.map(describeFiring).join(', '),
        ...causeIn(
          rule,
          'After each scrape Prometheus sets up for every target: 1 when it answered, 0 when it did not. A comparison keeps the series for which it is true.',
        ),
      });
      expectResolves(rule, later[2] === 'silent', {
        expected: 'silent 20 s after up is 1 again',
        actual: `${later[2]}`,
        hint: 'The expression must be false as soon as the target answers again.',
      });
    },
  },
  {
    id: 'too-many-requests.texts',
    title: 'TooManyRequests says which instance, and every text is filled in',
    needs: ['rules.fires'],
    run: async (step) => expectFilled(step, (await underTraffic(step)).firing),
  },
  {
    id: 'instance-down.texts',
    title: 'InstanceDown says which instance, and every text is filled in',
    task: 3,
    needs: ['rules.instance-down'],
    async run(step) {
      const names = ['app:8080', 'app-2:8080'].map((instance) => target('web', instance));
      const series = Object.fromEntries(names.map((name) => [name, '0x20']));
      const scenario = { alertname: 'InstanceDown', series, at: [50] };
      const [alerts = []] = await firingAlerts(step, scenario);
      expectFilled(step, alerts);
    },
  },
]);

/** Why a rule does not fire: a label that is made of a value, which changes, else its expression, with this hint. */
function causeIn(rule: AlertRule, hint: string): { where: string; hint: string } {
  const [label] =
    Object.entries(ruleLabels(rule)).find(([, text]) => /\$value|\.Value|query/.test(text)) ?? [];
  if (!label) return { where: rule.where('expr'), hint };
  return {
    where: rule.where('labels', label),
    hint: `${label} changes with the value, and an alert with another label is another alert, which begins to wait anew. Texts for people, with their numbers, are annotations.`,
  };
}

/** What keeps an alert alive is named. @throws CheckFailure */
function expectResolves(
  { get, where }: AlertRule,
  isOver: boolean,
  finding: { expected: string; actual: string; hint: string },
): void {
  const kept = get('keep_firing_for');
  expectThat(isOver, {
    ...finding,
    where: where(kept ? 'keep_firing_for' : 'expr'),
    ...(kept !== undefined && {
      hint: `The alert goes on for ${kept} after its expression has become false: keep_firing_for says so.`,
    }),
  });
}

const describeFiring = (alerts: FiringAlert[]): string =>
  alerts.length > 0
    ? `firing for ${alerts.map(({ labels }) => labels.instance ?? 'no instance').join(' and ')}`
    : 'silent';

/**
 * The texts of alerts about the job web say which instance, no template came out empty, and both labels are kept.
 *
 * @throws CheckFailure
 */
export function expectFilled(step: StepUnderTest, alerts: FiringAlert[]): void {
  for (const { labels, annotations } of alerts) {
    const empty = Object.entries(annotations).find(([, text]) =>
      /<no value>|<error|error expanding|\$(labels|value)\b/.test(text),
    );
    const { get, where } = alertRule(step, labels.alertname ?? '');
    for (const key of Object.keys(annotations)) {
      const names = String(get('annotations', key)).matchAll(/(?:\$labels|\.Labels)\.(\w+)/g);
      const unknown = [...names].map(([, name = '']) => name).find((name) => !(name in labels));
      expectThat(unknown === undefined, {
        expected: `one of the labels of ${labels.alertname}: ${Object.keys(labels).join(', ')}`,
        actual: `$labels.${unknown}, so nothing stands in this place`,
        where: /^(job|instance)$/.test(`${unknown}`) ? where('expr') : where('annotations', key),
        hint: 'A template sees only the labels that the expression keeps, and those of the rule, and writes nothing for any other. sum() keeps none, sum by (job, instance) keeps these two.',
      });
    }
    const instance = labels.instance ?? 'app:8080';
    const said = `${annotations.summary} ${annotations.description}`;
    expectThat(!empty && said.includes(instance), {
      expected: `texts that name the instance ${instance}, in ${labels.alertname}`,
      actual: (empty ?? ['summary', said]).join(': '),
      where: empty ? where('annotations', empty[0]) : where('annotations'),
      hint: empty
        ? 'A template stands between {{ and }}, and sees .Labels, $labels and $value.'
        : 'A text that people are woken by says which instance: {{ $labels.instance }}.',
    });
    expectThat(labels.job === 'web' && labels.instance, {
      expected: `the labels job and instance of what is counted, in ${labels.alertname}`,
      actual: `the labels ${Object.keys(labels).join(', ')}`,
      where: where('expr'),
      hint: 'sum by (job, instance) keeps these two labels, on both sides of a division. Routes, inhibitions and silences can look only at labels that an alert has.',
    });
  }
}
