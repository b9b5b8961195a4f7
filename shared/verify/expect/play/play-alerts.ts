import { posix } from 'node:path';
import { stringify } from 'yaml';
import { asList, isRecord, readSettings, type StepUnderTest } from '../../files/index.ts';
import type { Labels } from '../routing.ts';
import { settingsAt } from '../time-intervals.ts';
import { toolShell } from './tool.ts';

/** An alert, and those that fire at the same time. */
export interface AlertCase {
  alert: Labels;
  others?: Labels[];
}

/** What became of an alert. */
export interface Outcome {
  /** Those that its routes lead to, each with the time intervals in which it is not told. */
  receivers: { name: string; mutedBy: string[] }[];
  /** The labels of the alert that silences it. */
  inhibitedBy: Labels | undefined;
}

/** After so long Alertmanager has sent an alert through its routes and inhibitions. Seconds. */
const SETTLED = 0.15;

/**
 * Posts alerts, one case after the other, to a real Alertmanager with the step's settings, and asks what became of each.
 * It runs in a container of its own without a network, groups at once, and its time intervals are as they would be at
 * the given moment.
 *
 * @returns an outcome for each case
 * @throws Error with Alertmanager's own words when it does not start
 */
export async function playAlerts(
  step: StepUnderTest,
  cases: AlertCase[],
  moment: Date,
): Promise<Outcome[]> {
  const { containerPath, file } = readSettings(step, 'alertmanager');
  const config = posix.join(posix.dirname(containerPath), 'verify.yaml');
  const report = await toolShell(
    step,
    'alertmanager',
    `alertmanager --config.file=${config} --storage.path=/tmp/data --cluster.listen-address= >/tmp/log 2>&1 &
    for i in $(seq 100); do wget -q --spider ${API}/status 2>/dev/null && break; sleep 0.1; done
    wget -q --spider ${API}/status || tail -3 /tmp/log
    ${cases.flatMap(postAndAsk).join('\n')}`,
    { [config]: stringify(atMoment(file.value, moment), { version: '1.1' }) },
  );
  const answers = report.split('\n').filter((line) => line.startsWith('['));
  if (answers.length !== cases.length) throw new Error(`alertmanager:\n${report.slice(0, 1_500)}`);
  return cases.map((it, index) => readOutcome(it, JSON.parse(answers[index] ?? '')));
}

const API = 'http://127.0.0.1:9093/api/v2';

/** Shell lines. What a case posts is over before the next one begins. */
function postAndAsk({ alert, others = [] }: AlertCase): string[] {
  const past = (secondsAgo: number) => new Date(Date.now() - 1_000 * secondsAgo).toISOString();
  const post = (times: object) => {
    const alerts = [...others, alert].map((labels) => ({ labels, startsAt: past(60), ...times }));
    const body = Buffer.from(JSON.stringify(alerts)).toString('base64');
    return `echo ${body} | base64 -d >/tmp/body; wget -q -O /dev/null --header 'Content-Type: application/json' --post-file /tmp/body ${API}/alerts`;
  };
  const ask = `wget -q -O - ${API}/alerts/groups; echo`;
  return [post({}), `sleep ${SETTLED}`, ask, post({ endsAt: past(30) })];
}

/** Settings with which nothing waits, and each time interval holds always or never. */
function atMoment(settings: unknown, moment: Date): unknown {
  const config = settingsAt(settings, moment);
  const hurry = (route: unknown): void => {
    if (!isRecord(route)) return;
    Object.assign(route, { group_wait: '0s', group_interval: '1s' });
    asList(route.routes).forEach(hurry);
  };
  hurry(config.route);
  return config;
}

/** As Alertmanager's API gives it, below alerts/groups. */
interface Group {
  receiver: { name: string };
  alerts: {
    labels: Labels;
    fingerprint: string;
    status: { inhibitedBy: string[]; mutedBy: string[] };
  }[];
}

function readOutcome({ alert }: AlertCase, groups: Group[]): Outcome {
  const isSame = (labels: Labels) =>
    Object.keys(labels).length === Object.keys(alert).length &&
    Object.entries(alert).every(([name, value]) => labels[name] === value);
  const all = groups.flatMap(({ alerts }) => alerts);
  const own = groups.flatMap(({ receiver, alerts }) => {
    const found = alerts.find(({ labels }) => isSame(labels));
    return found ? [{ name: receiver.name, status: found.status }] : [];
  });
  const source = all.find(({ fingerprint }) => own[0]?.status.inhibitedBy.includes(fingerprint));
  return {
    receivers: own.map(({ name, status }) => ({ name, mutedBy: status.mutedBy })),
    inhibitedBy: source?.labels,
  };
}
