// What must be true of step 4. `npm run verify:step-4` runs these checks and reports; learners may read along.
import { posix } from 'node:path';
import {
  type AlertRule,
  alertRule,
  alertRules,
  expectHealthcheck,
  expectPort,
  expectSecretsFirst,
  expectShared,
  type FiringAlert,
  firingAlerts,
  shell,
} from '../../verify/expect/index.ts';
import {
  expectList,
  expectThat,
  fail,
  flagValue,
  type Mount,
  mountAt,
  prometheusSettings,
  ruleFiles,
  type StepUnderTest,
  seenAt,
  settingsOf,
  settingsPath,
} from '../../verify/files/index.ts';
import { type Check, defineStep } from '../../verify/runner/index.ts';
import { expectThresholds } from './thresholds.ts';

/** The two alerts of this step. */
const REQUESTS_ALERT = { id: 'too-many-requests', name: 'TooManyRequests', severity: 'warning' };
const DOWN_ALERT = { id: 'instance-down', name: 'InstanceDown', severity: 'critical' };
const REQUESTS =
  'http_requests_total{job="web", instance="app:8080", method="GET", route="/", status_code="200"}';
const TARGET = 'up{job="web", instance="app:8080"}';
const OTHER_TARGET = 'up{job="prometheus", instance="localhost:9090"}';

/** The path of a webhook's address, as in /services/T…/B…/…, but not the inbox's own, which is no secret. */
const WEBHOOK = /\/services\/T\w+\/B\w+\/(?!X{24})\w+/;

export default defineStep({
  id: '04-alertmanager',
  title: 'Be told',
  services: ['app', 'prometheus', 'alertmanager', 'slack-inbox'],
  checks: [
    {
      id: 'compose.parses',
      title: 'The compose file parses and has services',
      kind: 'static',
      run: (step) => void step.compose(),
    },
    {
      id: 'prometheus.settings',
      title: "Prometheus's settings are mounted where it reads them, and parse",
      kind: 'static',
      needs: ['compose.parses'],
      run: (step) => void prometheusSettings(step),
    },
    {
      id: 'prometheus.rule-files',
      title: 'Prometheus is told to load a rule file that is there',
      kind: 'static',
      task: 1,
      needs: ['prometheus.settings'],
      run: (step) => void ruleFiles(step),
    },
    {
      id: 'rules.file',
      title: 'The rule file can be read',
      kind: 'static',
      needs: ['prometheus.rule-files'],
      run: (step) => void alertRules(step),
    },
    ...ruleChecks(REQUESTS_ALERT, 2),
    {
      id: 'too-many-requests.rate',
      title: 'TooManyRequests looks at a rate, and takes it before any sum',
      kind: 'static',
      task: 2,
      needs: ['too-many-requests.rule'],
      run(step) {
        const rule = alertRule(step, 'TooManyRequests');
        const expr = String(rule.get('expr'));
        const raw = /http_requests_total/.test(expr) && !/\[|offset/.test(expr);
        const late = /rate\s*\(\s*(sum|avg|min|max|count)\b/.test(expr);
        if (!raw && !late) return;
        fail({
          expected: raw ? 'how fast http_requests_total grows' : 'first rate(…), then sum(…)',
          actual: expr.trim(),
          where: rule.where('expr'),
          hint: raw
            ? 'A counter never falls, so an alert on its value can never resolve. rate(…[30s]) says how fast it grows, per second.'
            : 'Each counter starts again at 0 when its process does. rate() corrects that for one series, but cannot see it in a sum.',
        });
      },
    },
    {
      id: 'too-many-requests.drawn',
      title: 'The dashboards draw the threshold of the alert where it is',
      kind: 'static',
      task: 2,
      needs: ['too-many-requests.rate'],
      run: expectThresholds,
    },
    ...ruleChecks(DOWN_ALERT, 3),
    {
      id: 'alertmanager.service',
      title: 'The compose file has a service alertmanager with a pinned image',
      kind: 'static',
      task: 4,
      needs: ['compose.parses'],
      run(step) {
        const service = step.compose().service('alertmanager');
        const image = service.get('image');
        expectThat(/:v?\d|@sha256:/.test(String(image)) || service.get('build'), {
          expected: 'image: prom/alertmanager with an exact version as its tag',
          actual: describe(image, 'image'),
          where: service.where('image'),
          hint: 'Without an exact version everybody gets what was newest on the day of the download.',
        });
      },
    },
    {
      id: 'alertmanager.settings',
      title: "Alertmanager's settings are mounted where it reads them",
      kind: 'static',
      task: 4,
      needs: ['alertmanager.service'],
      run: (step) => void settingsPath(step, 'alertmanager', ALERTMANAGER_FILE),
    },
    {
      id: 'alertmanager.mounts',
      title: 'Alertmanager sees the secret, and cannot change your files',
      kind: 'static',
      task: 4,
      needs: ['alertmanager.settings'],
      run(step) {
        const { mounts, where } = step.compose().service('alertmanager');
        expectThat(mounts.some(isOfSecrets), {
          expected: 'a mount of ./secrets/alertmanager',
          actual: `mounts of ${mounts.map(({ source }) => source).join(', ')}`,
          where: where('volumes'),
          hint: 'The folder secrets/alertmanager has the file slack_webhook_url. volumes: says where the container sees that folder.',
        });
        const writable = mounts.find(({ source, readOnly }) => source.startsWith('.') && !readOnly);
        expectThat(!writable, {
          expected: `${writable?.source}:${writable?.target}:ro`,
          actual: 'a mount that can be written',
          where: writable?.where ?? '',
          hint: 'Alertmanager only reads its settings and the secret. The third part of a mount, ro, means read-only.',
        });
      },
    },
    {
      id: 'alertmanager.data',
      title: 'What Alertmanager remembers is on a named volume',
      kind: 'static',
      task: 4,
      needs: ['alertmanager.service'],
      run(step) {
        const { volumes } = step.compose();
        const service = step.compose().service('alertmanager');
        const path = flagValue(service.command, '--storage.path') ?? '/alertmanager';
        const mount = mountAt(service, path);
        if (mount && volumes.includes(mount.source)) return;
        fail({
          expected: `a volume that is declared below volumes:, mounted at ${path}`,
          actual: mount
            ? `${mount.source || 'a volume without a name'} at ${mount.target}; declared: ${volumes.join(', ') || 'none'}`
            : `nothing mounted at ${path}`,
          where: mount?.where ?? service.where('volumes'),
          hint: 'It remembers silences, and what it has sent. Without a volume a new container forgets them, and sends again what you have read.',
        });
      },
    },
    {
      id: 'alertmanager.port',
      title: "Alertmanager's port 9093 is published, on this machine only",
      kind: 'static',
      task: 4,
      needs: ['alertmanager.service'],
      run: (step) => expectPort(step.compose().service('alertmanager'), 9093, 'ALERTMANAGER_PORT'),
    },
    {
      id: 'alertmanager.healthcheck',
      title: 'Docker is told how to ask whether Alertmanager works',
      kind: 'static',
      task: 4,
      needs: ['alertmanager.service'],
      run(step) {
        const service = step.compose().service('alertmanager');
        expectHealthcheck(
          service,
          'Without a healthcheck Alertmanager counts as fine from the first moment, also with settings that it cannot read.',
        );
        const asked = String(service.get('healthcheck', 'test')).match(/http:[^\s"']*/)?.[0];
        const moved = flagValue(service.command, '--web.listen-address');
        expectThat(!asked || moved || /:9093\b/.test(asked), {
          expected: 'a test that asks port 9093',
          actual: `${asked}`,
          where: service.where('healthcheck', 'test'),
          hint: 'The test runs inside the container of Alertmanager. There is nobody at the ports of the other servers.',
        });
      },
    },
    {
      id: 'alertmanager.waits',
      title: 'Alertmanager waits until the webhook address is written',
      kind: 'static',
      task: 4,
      needs: ['alertmanager.service'],
      run: (step) => expectSecretsFirst(step.compose(), 'alertmanager', 'the webhook address'),
    },
    {
      id: 'alertmanager.shared',
      title: 'Alertmanager has what all services share',
      kind: 'static',
      task: 4,
      needs: ['alertmanager.service'],
      run: (step) => expectShared(step.compose().service('alertmanager')),
    },
    {
      id: 'prometheus.alerting',
      title: 'Prometheus is told where Alertmanager is',
      kind: 'static',
      task: 5,
      needs: ['prometheus.settings'],
      run(step) {
        const { file } = prometheusSettings(step);
        const place = ['alerting', 'alertmanagers'];
        const entries = list(file.get(place));
        const [index = 0] = entries.flatMap((it, at) => (it?.static_configs ? [at] : []));
        const inner = [...place, index, 'static_configs'];
        for (const it of [place, inner, [...inner, 0, 'targets']]) expectList(file, it);
        const targets = entries
          .flatMap((it) => list(it?.static_configs))
          .flatMap((it) => list(it?.targets));
        const discovered = entries.some((it) =>
          Object.keys(it ?? {}).some((key) => /_sd_configs$/.test(key)),
        );
        if (discovered || targets.includes('alertmanager:9093')) return;
        fail({
          expected: 'alertmanager:9093 below alerting: alertmanagers: static_configs: targets:',
          actual: targets.length ? targets.join(', ') : 'no target',
          where: file.where([...inner, 0, 'targets', 0]),
          hint: 'Prometheus decides that an alert fires, Alertmanager who is told. It is reached by the name of its service and the port inside its container.',
        });
      },
    },
    {
      id: 'alertmanager.file',
      title: "Alertmanager's settings can be read",
      kind: 'static',
      needs: ['alertmanager.settings'],
      run: (step) => void alertmanagerSettings(step),
    },
    {
      id: 'alertmanager.route',
      title: 'Alerts go to a receiver that exists',
      kind: 'static',
      task: 6,
      needs: ['alertmanager.file'],
      run(step) {
        const { file } = alertmanagerSettings(step);
        const names = list(file.get(['receivers'])).map((it) => String(it?.name));
        const receiver = file.get(['route', 'receiver']);
        expectThat(names.includes(String(receiver)), {
          expected: `route: with receiver: one of: ${names.join(', ') || 'none, as there are no receivers'}`,
          actual: file.get(['route']) ? describe(receiver, 'receiver') : 'no route',
          where: file.where(['route', 'receiver']),
          hint: 'A route decides which receiver gets an alert, by the name that the receiver has below receivers:.',
        });
      },
    },
    {
      id: 'alertmanager.grouping',
      title: 'One message for each alert name: after 5 s, 10 s, and again after 1 h',
      kind: 'static',
      task: 6,
      needs: ['alertmanager.route'],
      run(step) {
        const { file } = alertmanagerSettings(step);
        const groupBy = file.get(['route', 'group_by']);
        expectThat(list(groupBy).length === 1 && list(groupBy)[0] === 'alertname', {
          expected: 'group_by: [alertname]',
          actual: describe(groupBy && JSON.stringify(groupBy), 'group_by'),
          where: file.where(['route', 'group_by']),
          hint: 'Alerts with the same values of these labels travel in one message. group_by is a list of names of labels.',
        });
        for (const [key, wanted] of Object.entries(TIMES)) {
          const text = file.get(['route', key]);
          expectThat(seconds(text) === seconds(wanted), {
            expected: `${key}: ${wanted}`,
            actual: describe(text, key),
            where: file.where(['route', key]),
            hint: 'A time has its unit: ms, s, m or h. group_wait comes before the first message of a group, group_interval before the next when the group has changed, repeat_interval when it has not.',
          });
        }
      },
    },
    {
      id: 'alertmanager.secret',
      title: 'The webhook address comes from a mounted secret file',
      kind: 'static',
      task: 7,
      needs: ['alertmanager.mounts', 'alertmanager.route'],
      run(step) {
        const { file, slack, at, entries, containerPath } = slackReceiver(step);
        const isAddress = (it: Settings) => it?.api_url_file ?? it?.api_url;
        const bare = entries.findIndex((it) => !isAddress(it));
        expectThat(!entries.some(isAddress) || bare < 0, {
          expected: 'api_url_file: and send_resolved: in one list entry, with one dash for both',
          actual: `${entries.length} entries below slack_configs:, one of them without an address`,
          where: file.where([...at.slice(0, -1), bare]),
          hint: 'Every dash begins another entry. What belongs to the same entry stands below its first line, indented like it, without a dash.',
        });
        const path = slack?.api_url_file ?? file.get(['global', 'slack_api_url_file']);
        const place = slack?.api_url_file
          ? [...at, 'api_url_file']
          : ['global', 'slack_api_url_file'];
        const open = slack?.api_url ? [...at, 'api_url'] : ['global', 'slack_api_url'];
        if (!path) {
          const isOpen = file.get(open) !== undefined;
          fail({
            expected: 'api_url_file: with the path of the secret file in the container',
            actual: isOpen ? `the address itself, as ${open.at(-1)}` : 'no address at all',
            where: file.where(isOpen ? open : at),
            hint: 'Whoever has a webhook address can post to it, and this file is committed. So the file names another file, which is not.',
          });
        }
        const service = step.compose().service('alertmanager');
        const inContainer = posix.resolve(posix.dirname(containerPath), String(path));
        const seen = seenAt(service, inContainer);
        const there = seen && (step.files.exists(seen) || step.files.exists(`${seen}.example`));
        const mount = service.mounts.find(isOfSecrets);
        const isAsInLesson = inContainer.startsWith('/run/secrets/');
        expectThat(there, {
          expected: `a secret file at ${inContainer} in the container of alertmanager`,
          actual: seen ? `no file ${seen}` : 'nothing mounted there',
          where: (!seen && isAsInLesson && mount?.where) || file.where(place),
          hint: `api_url_file names a file inside the container. There your mount shows ${mount?.source} as ${mount?.target}.`,
        });
      },
    },
    {
      id: 'secret.not-committed',
      title: 'No file that is committed holds a webhook address',
      kind: 'static',
      task: 7,
      needs: ['alertmanager.secret'],
      run({ files }) {
        const ignored = /^secrets\/[^/]+\/(?!.*\.example$)/;
        const committed = files
          .all()
          .filter(
            (path) => /\.(ya?ml|ts|json|env|example)$|\/?\.env/.test(path) && !ignored.test(path),
          );
        const path = committed.find((it) => WEBHOOK.test(files.text(it)));
        if (!path) return;
        fail({
          expected: 'the address only in secrets/alertmanager/slack_webhook_url, which git ignores',
          actual: 'an address of a real webhook',
          where: files.find(path, WEBHOOK),
          hint: 'What was committed once stays readable in the history. An address that got there must be replaced at Slack.',
        });
      },
    },
    {
      id: 'alertmanager.send-resolved',
      title: 'The receiver also tells when an alert is resolved',
      kind: 'static',
      task: 7,
      needs: ['alertmanager.secret'],
      run(step) {
        const { file, slack, at } = slackReceiver(step);
        expectThat(slack?.send_resolved === true, {
          expected: 'send_resolved: true',
          actual: describe(slack?.send_resolved, 'send_resolved'),
          where: file.where([...at, 'send_resolved']),
          hint: 'Slack receivers are silent about resolved alerts unless told otherwise, so nobody would know that it is over.',
        });
      },
    },
    {
      id: 'prometheus.alertmanager-found',
      title: 'Prometheus has found Alertmanager',
      kind: 'live',
      task: 5,
      asks: ['prometheus', 'alertmanager'],
      async run(step) {
        const found = await waited(
          step,
          5,
          'Prometheus to find Alertmanager',
          discovered,
          (it) => it.length > 0,
        );
        const wanted = /:9093\/api\/v2\/alerts$/;
        expectThat(
          found.some((url) => wanted.test(url)),
          {
            expected: 'an Alertmanager at port 9093, with the path /api/v2/alerts',
            actual: found.length
              ? found.join(', ').replaceAll(/\d+\.\d+\.\d+\.\d+/g, '(address)')
              : 'none',
            where: prometheusSettings(step).file.where(['alerting', 'alertmanagers']),
            hint: 'Status > Service discovery in Prometheus lists what it has found. A service discovered through DNS needs type: A and a port.',
          },
        );
      },
    },
    {
      id: 'message.fields',
      title: 'A message says what happens, where, since when, and where to look',
      kind: 'live',
      task: 8,
      async run(step) {
        const { stack } = step;
        await stack.slackInbox.clear();
        // Stopped already now: InstanceDown, which a check further down awaits, ripens while the others run.
        await stack.compose('stop', '--timeout', '2', 'app');
        // The start is now, after a stop that may take long: the two are to wait for each other.
        const start = new Date().toISOString();
        await stack.alertmanager.postAlerts(synthetic(start));
        const texts = await waited(step, 12, 'the message', inbox, (it) =>
          it.some((text) => text.includes('DiskAlmostFull') || text.includes('db:5432')),
        );
        const text =
          texts.find((it) => it.includes('DiskAlmostFull') || it.includes('db:5432')) ?? '';
        const wanted = {
          'the name of the alert': /DiskAlmostFull/,
          'the summary of the first alert': /db:5432 is almost full/,
          'the summary of the second alert': /cache:6379 is almost full/,
          'since when': new RegExp(start.slice(11, 16).replace(/^0/, '0?')),
          'the runbook': /runbooks\/DiskAlmostFull/,
        };
        const missing = Object.entries(wanted)
          .filter(([, pattern]) => !pattern.test(text))
          .map(([name]) => name);
        const { file, at } = slackReceiver(step);
        expectThat(missing.length === 0 && !text.includes('<no value>'), {
          expected:
            'a message about two synthetic alerts of one group: name, both summaries, start, runbook',
          actual: text
            ? `${missing.length ? `missing: ${missing.join(', ')}` : 'a <no value>'}, in\n${withoutTimes(text)}`
            : 'no message in the inbox',
          where: file.where([...at, 'text']),
          hint: 'A group can hold several alerts: range over .Alerts, each has .Annotations and .StartsAt. What is not common to all of them is missing in .CommonAnnotations.',
        });
      },
    },
    {
      id: 'rules.fires',
      title: 'TooManyRequests fires at 50 requests per second, after 10 s',
      kind: 'live',
      task: 2,
      asks: ['prometheus'],
      async run(step) {
        const [early = [], firing = []] = await traffic(step, '0+250x24', [10, 50]);
        expectThat(early.length === 0 && firing.length > 0, {
          expected: 'at 50 requests per second: silent after 10 s, firing after 50 s',
          actual: `${state(early)} after 10 s, ${state(firing)} after 50 s`,
          where: alertRule(step, 'TooManyRequests').where('expr'),
          hint: 'Paste the expression into Prometheus while you send requests: it must answer a series above the threshold, and nothing below it.',
        });
      },
    },
    {
      id: 'rules.silent',
      title: 'TooManyRequests stays silent at 19 requests per second',
      kind: 'live',
      task: 2,
      asks: ['prometheus'],
      needs: ['rules.fires'],
      async run(step) {
        const [after = []] = await traffic(step, '0+95x60', [240]);
        expectThat(after.length === 0, {
          expected: 'silent after 4 minutes of 19 requests per second',
          actual: state(after),
          where: alertRule(step, 'TooManyRequests').where('expr'),
          hint: 'rate() answers per second, increase() answers for the whole window. The threshold must be in the same unit.',
        });
      },
    },
    {
      id: 'rules.resolves',
      title: 'TooManyRequests resolves when the requests stop',
      kind: 'live',
      task: 2,
      asks: ['prometheus'],
      needs: ['rules.fires'],
      async run(step) {
        const [after = []] = await traffic(step, '0+250x24 6000+0x24', [200]);
        expectThat(after.length === 0, {
          expected: 'silent 80 s after the last request',
          actual: state(after),
          where: alertRule(step, 'TooManyRequests').where('expr'),
          hint: 'A range of 30 s forgets the traffic within 30 s. A longer range, or keep_firing_for, keeps the alert alive.',
        });
      },
    },
    {
      id: 'rules.instance-down',
      title: 'InstanceDown fires when a target is down, and resolves',
      kind: 'live',
      task: 3,
      asks: ['prometheus'],
      async run(step) {
        const values = '1x10 0x10 1x10';
        const alerts = await firingAlerts(step, {
          alertname: DOWN_ALERT.name,
          series: { [TARGET]: values, [OTHER_TARGET]: values },
          at: [50, 90, 130],
        });
        expectThat(alerts.map((it) => it.length).join() === '0,2,0', {
          expected:
            'silent while up is 1, firing for both targets 35 s after it became 0, silent when it is 1 again',
          actual: alerts.map(firingFor).join(', '),
          where: alertRule(step, DOWN_ALERT.name).where('expr'),
          hint: 'After each scrape Prometheus sets up for every target: 1 when it answered, 0 when it did not. A comparison keeps the series for which it is true.',
        });
      },
    },
    {
      id: 'too-many-requests.texts',
      title: 'TooManyRequests says which instance, and every text is filled in',
      kind: 'live',
      task: 2,
      asks: ['prometheus'],
      needs: ['rules.fires'],
      async run(step) {
        const [firing = []] = await traffic(step, '0+250x24', [50]);
        expectFilled(step, firing);
      },
    },
    {
      id: 'instance-down.texts',
      title: 'InstanceDown says which instance, and every text is filled in',
      kind: 'live',
      task: 3,
      asks: ['prometheus'],
      needs: ['rules.instance-down'],
      async run(step) {
        const down = { alertname: DOWN_ALERT.name, series: { [TARGET]: '0x20' }, at: [50] };
        const [firing = []] = await firingAlerts(step, down);
        expectFilled(step, firing);
      },
    },
    {
      id: 'rules.unit-tests',
      title: "The step's own unit tests of the rules pass",
      kind: 'live',
      asks: ['prometheus'],
      needs: [
        'rules.fires',
        'rules.silent',
        'rules.resolves',
        'rules.instance-down',
        'too-many-requests.texts',
        'instance-down.texts',
      ],
      async run(step) {
        const folder = ruleFiles(step)[0]?.containerPath.replace(/\/[^/]*$/, '');
        const report = await shell(
          step,
          `promtool test rules ${folder}/*.test.y*ml && echo passed`,
        );
        expectThat(report.endsWith('passed'), {
          expected: `promtool test rules ${folder}/*.test.yaml to pass`,
          actual: report.trim().slice(0, 1_500),
          where: 'prometheus/alert-rules.test.yaml',
          hint: 'exp is what the test expects, got is what your rules raise. When the rule is right and only worded differently, change the test.',
        });
      },
    },
    {
      id: 'alertmanager.routes',
      title: 'amtool sends both alerts to the Slack receiver',
      kind: 'live',
      task: 6,
      asks: ['alertmanager'],
      async run(step) {
        const { file, containerPath } = alertmanagerSettings(step);
        const wanted = String(file.get(['route', 'receiver']));
        for (const { name, severity } of [REQUESTS_ALERT, DOWN_ALERT]) {
          const labels = [
            `alertname=${name}`,
            `severity=${severity}`,
            'job=web',
            'instance=app:8080',
          ];
          const words = [
            'amtool',
            'config',
            'routes',
            'test',
            `--config.file=${containerPath}`,
            ...labels,
          ];
          const receivers = (
            await step.stack.compose('exec', '-T', 'alertmanager', ...words)
          ).trim();
          const slacks = list(file.get(['receivers']))
            .filter((it) => it?.slack_configs)
            .map((it) => String(it.name));
          expectThat(
            receivers.split(/[,\s]+/).some((it) => slacks.includes(it)),
            {
              expected: `${name} (severity ${severity}) to reach ${wanted}`,
              actual: `it goes to ${receivers}`,
              where: file.where(['route', 'routes']),
              hint: 'Below routes: the first route whose matchers fit an alert takes it, and the receiver of the parent gets nothing.',
            },
          );
        }
      },
    },
    {
      id: 'inbox.instance-down',
      title: 'When the app stops, InstanceDown arrives in the inbox',
      kind: 'live',
      needs: [
        'rules.instance-down',
        'message.fields',
        'alertmanager.routes',
        'prometheus.alertmanager-found',
      ],
      async run(step) {
        await step.stack.compose('stop', '--timeout', '2', 'app');
        const { messageBounds } = await import('../../stack/index.ts');
        const { most } = messageBounds(await timing(step));
        await expectMessage(
          step,
          /firing|danger/i,
          'a firing message about InstanceDown of app:8080',
          most,
        );
      },
    },
    {
      id: 'inbox.resolved',
      title: 'When the app is back, the resolved message arrives',
      kind: 'live',
      task: 8,
      needs: ['inbox.instance-down'],
      async run(step) {
        await step.stack.compose('start', 'app');
        const { resolvedBounds } = await import('../../stack/index.ts');
        const { most } = resolvedBounds(await timing(step));
        await expectMessage(
          step,
          /resolved|good/i,
          'a resolved message about InstanceDown of app:8080',
          most,
        );
      },
    },
  ],
});

// biome-ignore lint/suspicious/noExplicitAny: a learner's YAML can hold anything
type Settings = any;

const TIMES = { group_wait: '5s', group_interval: '10s', repeat_interval: '1h' };

/** Two alerts of one group, as Prometheus would post them. With an old start they would not wait for each other. */
const synthetic = (startsAt: string) =>
  ['db:5432', 'cache:6379'].map((instance) => ({
    labels: { alertname: 'DiskAlmostFull', severity: 'warning', job: 'storage', instance },
    annotations: {
      summary: `${instance} is almost full`,
      description: `Only 3 % of the disk of ${instance} are free.`,
      runbook_url: 'docs/runbooks/DiskAlmostFull.md',
    },
    startsAt,
  }));

/** The same text at any time of the day. */
const withoutTimes = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\d/g, '(date)')
    .replaceAll(/\d\d?:\d\d(:\d\d(\.\d+)?)?\b(?!\d)/g, '(time)');

const list = (value: unknown): Settings[] => (Array.isArray(value) ? value : []);

const describe = (value: unknown, key: string): string =>
  value === undefined || value === null || value === '' ? `no ${key}` : `${key}: ${value}`;

/** What the image reads when nobody says --config.file. */
const ALERTMANAGER_FILE = '/etc/alertmanager/alertmanager.yml';

const alertmanagerSettings = (step: StepUnderTest) =>
  settingsOf(step, 'alertmanager', ALERTMANAGER_FILE);

const isOfSecrets = ({ source }: Mount): boolean => /^(\.\/)+secrets\b/.test(source);

/** What must be true of one alert as it is written. Each is judged by itself, because it is a task by itself. */
function ruleChecks({ id, name, severity }: typeof REQUESTS_ALERT, task: number): Check[] {
  return [
    {
      id: `${id}.rule`,
      title: `The rule file holds ${name}`,
      kind: 'static',
      task,
      needs: ['rules.file'],
      run(step) {
        const rule = alertRule(step, name);
        expectThat(typeof rule.get('expr') === 'string', {
          expected: `expr: with a PromQL expression, in ${name}`,
          actual: describe(rule.get('expr'), 'expr'),
          where: rule.where('expr'),
          hint: 'The alert is raised for every series that the expression answers, and for none when it answers nothing.',
        });
      },
    },
    {
      id: `${id}.parts`,
      title: `${name} waits 10 s, says how bad it is, and has three texts`,
      kind: 'static',
      task,
      needs: [`${id}.rule`],
      run: (step) => expectParts(alertRule(step, name), name, severity),
    },
  ];
}

function expectParts(rule: AlertRule, name: string, severity: string): void {
  expectThat(seconds(rule.get('for')) === 10, {
    expected: `for: 10s, in ${name}`,
    actual: describe(rule.get('for'), 'for'),
    where: rule.where('for'),
    hint: '`for` is how long the expression must hold before the alert fires, with its unit: ms, s, m or h. Until then it is pending.',
  });
  expectThat(rule.get('labels', 'severity') === severity, {
    expected: `severity: ${severity} below labels:, in ${name}`,
    actual: describe(rule.get('labels', 'severity'), 'severity below labels:'),
    where: rule.where('labels', 'severity'),
    hint: 'Alertmanager routes by labels, so what decides who is told is a label. Annotations are only shown.',
  });
  for (const key of ['summary', 'description', 'runbook_url']) {
    const text = rule.get('annotations', key);
    expectThat(typeof text === 'string' && text.trim(), {
      expected: `${key}: with a text below annotations:, in ${name}`,
      actual: describe(text, `${key} below annotations:`),
      where: rule.where('annotations', key),
      hint: 'Whoever is woken by an alert needs three things: what happens, with which numbers, and what to do about it.',
    });
  }
}

/** The texts of the alerts say which instance, and no template came out empty. */
function expectFilled(step: StepUnderTest, alerts: FiringAlert[]): void {
  for (const { labels, annotations } of alerts) {
    const texts = Object.entries(annotations);
    const empty = texts.find(
      ([, text]) => text.includes('<no value>') || /<error|error expanding/.test(text),
    );
    const said = `${annotations.summary} ${annotations.description}`;
    const rule = alertRule(step, labels.alertname ?? '');
    expectThat(!empty && said.includes('app:8080'), {
      expected: `texts that name the instance app:8080, in ${labels.alertname}`,
      actual: (empty ?? ['summary', said]).join(': '),
      where: empty ? rule.where('annotations', empty[0]) : rule.where('annotations'),
      hint: 'A template sees only the labels that the expression keeps. sum() keeps none, sum by (job, instance) keeps these two.',
    });
  }
}

/** The Slack configurations of the route's receiver, and the first of them with its place. */
function slackReceiver(step: StepUnderTest) {
  const { file, containerPath } = alertmanagerSettings(step);
  const receivers = list(file.get(['receivers']));
  const wanted = file.get(['route', 'receiver']);
  const index = receivers.findIndex((it) => it?.name === wanted);
  const at = ['receivers', index, 'slack_configs', 0];
  const entries = list(receivers[index]?.slack_configs);
  return { file, containerPath, at, entries, slack: entries[0] };
}

/** "10s", "1m30s" or "10000ms" in seconds; not a number when it is none. */
function seconds(duration: unknown): number {
  const text = String(duration);
  if (!/^(\d+(ms|[smhd]))+$/.test(text)) return Number.NaN;
  const unit: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 };
  const parts = [...text.matchAll(/(\d+)(ms|[smhd])/g)];
  return parts.reduce((sum, [, count, name = '']) => sum + Number(count) * (unit[name] ?? 0), 0);
}

const traffic = (step: StepUnderTest, values: string, at: number[]) =>
  firingAlerts(step, { alertname: REQUESTS_ALERT.name, series: { [REQUESTS]: values }, at });

const state = (alerts: unknown[]): string => (alerts.length > 0 ? 'firing' : 'silent');

const firingFor = (alerts: FiringAlert[]): string =>
  alerts.length > 0
    ? `firing for ${alerts.map(({ labels }) => labels.instance ?? 'no instance').join(' and ')}`
    : 'silent';

/** The addresses at which Prometheus delivers alerts. */
async function discovered({ stack }: StepUnderTest): Promise<string[]> {
  const answer = await fetch(`${await stack.url('prometheus')}/api/v1/alertmanagers`);
  const { data } = (await answer.json()) as { data: { activeAlertmanagers: { url: string }[] } };
  return data.activeAlertmanagers.map(({ url }) => url);
}

/** Every message in the inbox, as one text each: title, text, fields and the colour of its bar. */
async function inbox({ stack }: StepUnderTest): Promise<string[]> {
  const messages = await stack.slackInbox.messages();
  return messages.map(({ title, text, fields, color }) =>
    [
      title,
      text,
      ...fields.map((field) => `${field.title}: ${field.value}`),
      `colour: ${color}`,
    ].join('\n'),
  );
}

/** Looks until it is so, and answers what was seen last, also when the time is over. */
async function waited<T>(
  step: StepUnderTest,
  withinSeconds: number,
  what: string,
  look: (step: StepUnderTest) => Promise<T>,
  until: (seen: T) => boolean,
): Promise<T> {
  const { waitFor } = await import('../../stack/index.ts');
  return waitFor({ what, withinSeconds, look: () => look(step), until }).catch(() => look(step));
}

async function timing({ stack }: StepUnderTest) {
  const { readAlertTiming } = await import('../../stack/index.ts');
  return {
    ...(await readAlertTiming(stack.prometheus, stack.alertmanager, 'InstanceDown')),
    window: 0,
  };
}

/** Waits for a message about InstanceDown; 5 seconds more than the settings allow, for a slow machine. */
async function expectMessage(
  step: StepUnderTest,
  status: RegExp,
  expected: string,
  most: number,
): Promise<void> {
  const fits = (text: string) => /InstanceDown|app:8080/.test(text) && status.test(text);
  const texts = await waited(step, most + 5, expected, inbox, (it) => it.some(fits));
  if (texts.some(fits)) return;
  fail({
    expected,
    ...(await whereItStopped(step, texts)),
    hint: 'The way of an alert: Prometheus (http://localhost:9090/alerts), Alertmanager (http://localhost:9093), the inbox. The log of the server before the gap names the reason.',
  });
}

/** The last place on its way that InstanceDown reached, and the setting that leads on from there. */
async function whereItStopped(step: StepUnderTest, texts: string[]) {
  const { file, at } = slackReceiver(step);
  const prometheus = prometheusSettings(step).file;
  if (texts.some((text) => /InstanceDown|app:8080/.test(text)))
    return {
      actual: 'only messages that say the opposite, or nothing about firing or resolved',
      where: file.where([...at, 'title']),
    };
  const raised = (await step.stack.prometheus.alerts()).some(({ state }) => state === 'firing');
  if (!raised) return { actual: 'no alert fires', where: prometheus.where(['rule_files']) };
  const known = (await step.stack.alertmanager.alerts()).some(
    ({ labels }) => labels.alertname === 'InstanceDown',
  );
  return known
    ? { actual: 'the alert reached Alertmanager, not the inbox', where: file.where(at) }
    : {
        actual: 'the alert fires in Prometheus and does not reach Alertmanager',
        where: prometheus.where(['alerting', 'alertmanagers', 0]),
      };
}
