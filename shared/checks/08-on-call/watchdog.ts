import { parseDuration } from '../../duration.ts';
import { alertRule, endsOf, settingOf } from '../../verify/expect/index.ts';
import { expectUnitTests, playRules } from '../../verify/expect/play/index.ts';
import {
  expectThat,
  fail,
  flagPlace,
  flagValue,
  readSettings,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { expectLabelAndTexts } from '../04-alertmanager/rules.ts';
import { settings, WATCHDOG } from './settings.ts';

/** The alert that always fires, and how soon somebody hears that it does not. */
export const watchdog: Check[] = defineTopic({ kind: 'static', task: 1 }, [
  {
    id: 'watchdog.rule',
    title: 'The rule files hold Watchdog, with the severity none and three texts',
    needs: ['prometheus.settings'],
    run(step) {
      const rule = alertRule(step, 'Watchdog');
      expectLabelAndTexts(rule, 'Watchdog', 'none');
      const patience = rule.get('for') ?? '0s';
      expectThat(parseDuration(patience) === 0, {
        expected: 'no for: in Watchdog',
        actual: `for: ${patience}`,
        where: rule.where('for'),
        hint: 'What always holds needs no patience. Until for: is over, the alert is pending, and after each start of Prometheus nobody hears from it for so long.',
      });
    },
  },
  {
    id: 'watchdog.always',
    title: 'Watchdog fires, once, whatever Prometheus collects',
    kind: 'tool',
    needs: ['watchdog.rule'],
    run: expectAlways,
  },
  {
    id: 'rules.unit-tests',
    title: "The step's own unit tests of the rules pass",
    kind: 'tool',
    needs: ['watchdog.always'],
    concurrent: true,
    run: (step) => expectUnitTests(step, [], 'prometheus/alert-rules.test.yaml'),
  },
]);

/** How often the dead man's switch hears something, and how long it waits. */
export const deadman: Check[] = defineTopic({ kind: 'static', task: 5 }, [
  {
    id: 'deadman.often',
    title: "Watchdog reaches the dead man's switch more often than the switch waits for",
    needs: ['watchdog.rule', 'routes.watchdog'],
    run: expectOften,
  },
  {
    id: 'deadman.soon',
    title: "The dead man's switch speaks within a minute of Prometheus's end",
    needs: ['watchdog.rule', 'deadman.often'],
    run(step) {
      const { interval, lives, waits } = timesOf(step);
      if (lives + waits <= 60) return;
      expectThat(lives <= 30 || lives > 4 * interval.seconds, {
        expected: 'Watchdog to be evaluated every 5 s, so that it ends 20 s after Prometheus',
        actual: `interval: ${interval.text}, so Alertmanager takes it for firing for ${lives} s more`,
        where: interval.where,
        hint: LIFETIME_HINT,
      });
      const prometheus = step.compose().service('prometheus');
      fail({
        expected:
          lives > 30
            ? '--rules.alert.resend-delay=5s, so that Watchdog ends 20 s after Prometheus'
            : `a switch that waits ${60 - lives} s at most`,
        actual: `Alertmanager takes it for firing for ${lives} s more, and then the switch waits ${waits} s`,
        where:
          lives > 30
            ? flagPlace(prometheus, 'rules.alert.resend-delay')
            : step.compose().service('inbox').whereSet('DEADMAN_SECONDS'),
        hint: LIFETIME_HINT,
      });
    },
  },
]);

const LIFETIME_HINT =
  'Prometheus says of every alert that it ends in four times the resend delay, or the evaluation interval if that is longer, and says so anew each time. When it is gone, the last word holds.';

/** How long Watchdog counts as firing after Prometheus has stopped, at most, and the switch waits for it. Seconds. */
export function timesOf(step: StepUnderTest) {
  const { file } = readSettings(step, 'prometheus');
  const { group } = alertRule(step, 'Watchdog');
  const own = group.get('interval');
  const text = String(own ?? file.get(['global', 'evaluation_interval']) ?? '1m');
  const where = own ? group.where('interval') : file.where(['global', 'evaluation_interval']);
  const interval = { text, where, seconds: parseDuration(text) };
  const prometheus = step.compose().service('prometheus');
  const resend = flagValue(prometheus, 'rules.alert.resend-delay') ?? '1m';
  const waits = Number(step.compose().service('inbox').environment.DEADMAN_SECONDS ?? 30);
  return { interval, lives: 4 * Math.max(interval.seconds, parseDuration(resend)), waits };
}

/** @throws CheckFailure when it fires for what there is, not always */
async function expectAlways(step: StepUnderTest): Promise<void> {
  const rule = alertRule(step, 'Watchdog');
  const looks: [string, number][] = [1, 60].map((minute) => ['Watchdog', minute]);
  const app = (value: number) => ({ 'up{job="web", instance="app:8080"}': `${value}x70` });
  const plays = await playRules(step, {
    nothing: { series: {}, alerts: looks },
    down: { series: app(0), alerts: looks },
    up: { series: { ...app(1), 'up{job="prometheus"}': '1x70' }, alerts: looks },
  });
  for (const [when, { alerts }] of Object.entries(plays)) {
    const count = alerts.find(({ length }) => length !== 1)?.length;
    expectThat(count === undefined, {
      expected: 'one alert Watchdog, always',
      actual: `${count} ${WHEN[when]}`,
      where: rule.where('expr'),
      hint: 'An alert fires once for each series that its expression returns. vector(1) returns one, and asks for nothing that may be missing.',
    });
  }
}

const WHEN: Record<string, string> = {
  nothing: 'when Prometheus has no samples',
  down: 'while the app does not answer',
  up: 'while two targets are up',
};

/** @throws CheckFailure when the switch would speak though all is well */
function expectOften(step: StepUnderTest): void {
  const file = settings(step);
  const [route = ['route']] = endsOf(file, WATCHDOG);
  const setting = (key: string) => {
    const { value, place } = settingOf(file, route, key);
    return { text: value, seconds: parseDuration(value ?? DEFAULTS[key]), place };
  };
  const [look, repeat] = [setting('group_interval'), setting('repeat_interval')];
  // What was told exactly repeat_interval ago is told at the next look, because telling it took a moment.
  const gap = (Math.floor(repeat.seconds / look.seconds) + 1) * look.seconds;
  const { waits } = timesOf(step);
  expectThat(gap < waits, {
    expected: `Watchdog told again in less than the ${waits} s that the dead man's switch waits`,
    actual: `every ${gap} s, by group_interval: ${look.text} and repeat_interval: ${repeat.text}`,
    where: file.where((repeat.seconds >= look.seconds ? repeat : look).place),
    hint: 'Alertmanager looks at a group every group_interval, and tells what has not changed again when repeat_interval is over at such a look. A switch that waits for less speaks all the time.',
  });
}

const DEFAULTS: Record<string, string> = { group_interval: '5m', repeat_interval: '4h' };
