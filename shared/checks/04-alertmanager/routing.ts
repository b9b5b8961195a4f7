import { parseDuration } from '../../duration.ts';
import { expectThat, readSettings } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { ALERTS } from './rules.ts';
import { describe, listOf } from './settings.ts';

const TIMES = { group_wait: '5s', group_interval: '10s', repeat_interval: '1h' };

/** Alertmanager's route, as it is written. */
export const routing = defineTopic({ kind: 'static', task: 6 }, [
  {
    id: 'alertmanager.route',
    title: 'Alerts go to a receiver that exists',
    needs: ['alertmanager.file'],
    run(step) {
      const { file } = readSettings(step, 'alertmanager');
      const names = listOf(file.get(['receivers'])).map((it) => String(it?.name));
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
    needs: ['alertmanager.route'],
    run(step) {
      const { file } = readSettings(step, 'alertmanager');
      const groupBy = file.get(['route', 'group_by']);
      expectThat(JSON.stringify(groupBy) === '["alertname"]', {
        expected: 'group_by: [alertname]',
        actual: describe(groupBy && JSON.stringify(groupBy), 'group_by'),
        where: file.where(['route', 'group_by']),
        hint: 'Alerts with the same values of these labels travel in one message. group_by is a list of names of labels.',
      });
      for (const [key, wanted] of Object.entries(TIMES)) {
        const given = file.get(['route', key]);
        expectThat(parseDuration(given) === parseDuration(wanted), {
          expected: `${key}: ${wanted}`,
          actual: describe(given, key),
          where: file.where(['route', key]),
          hint: 'A time has its unit: ms, s, m or h. group_wait comes before the first message of a group, group_interval before the next when the group has changed, repeat_interval when it has not.',
        });
      }
    },
  },
]);

/** Where Alertmanager's own tool says that alerts go. */
export const routes = defineTopic({ kind: 'live', task: 6 }, [
  {
    id: 'alertmanager.routes',
    title: 'amtool sends both alerts to the Slack receiver',
    asks: ['alertmanager'],
    async run(step) {
      const { file, containerPath } = readSettings(step, 'alertmanager');
      const slacks = listOf(file.get(['receivers'])).filter((it) => it?.slack_configs);
      const amtool = ['exec', '-T', 'alertmanager', 'amtool', 'config', 'routes', 'test'];
      for (const { name, severity } of ALERTS) {
        const output = await step.stack.compose(
          ...[...amtool, `--config.file=${containerPath}`],
          ...[`alertname=${name}`, `severity=${severity}`, 'job=web', 'instance=app:8080'],
        );
        const receivers = output.trim().split(/[,\s]+/);
        const isSlack = slacks.some((it) => receivers.includes(String(it.name)));
        expectThat(isSlack, {
          expected: `${name} (severity ${severity}) to reach ${file.get(['route', 'receiver'])}`,
          actual: `it goes to ${output.trim()}`,
          where: file.where(['route', 'routes']),
          hint: 'Below routes: the first route whose matchers fit an alert takes it, and the receiver of the parent gets nothing.',
        });
      }
    },
  },
]);
