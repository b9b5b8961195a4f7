import { posix } from 'node:path';
import {
  asList,
  fail,
  hostPath,
  readSettings,
  type StepUnderTest,
  type textsIn,
} from '../files/index.ts';
import { shell } from './promtool.ts';
import { type Alert, labelsOf } from './routing.ts';

/** When the alerts of a message began. */
const SINCE = '2026-01-01T21:34:00Z';

/** Two alerts of one group, as a rule would make them and Alertmanager shows them to a template. */
export function twoAlerts(step: StepUnderTest, alert: Alert, status: string) {
  const alerts = ['db:5432', 'cache:6379'].map((instance, index) => ({
    labels: labelsOf(step, alert, { instance }),
    annotations: {
      summary: `${instance} is almost full`,
      description: `Only 3 % of the disk of ${instance} are free.`,
      runbook_url: 'docs/runbooks/DiskAlmostFull.md',
    },
    ...{ status, startsAt: SINCE, endsAt: '2026-01-01T21:50:00Z', fingerprint: `${index}` },
    generatorURL: 'http://localhost:9090/graph',
  }));
  const { instance: _, ...commonLabels } = labelsOf(step, alert);
  return {
    ...{ receiver: 'slack', status, alerts, externalURL: 'http://localhost:9093', commonLabels },
    groupLabels: { alertname: alert.name },
    commonAnnotations: { runbook_url: alerts[0]?.annotations.runbook_url },
  };
}

/** The hour may be another time zone's, and Slack shows the reader's where it gets the seconds since 1970. */
const SAYS_SINCE = /\d:(34|04|19)(?!\d)|\b1767303240\b|\d(\.\d+)?(s|m|h|d)\b/;

/** What a message about these two alerts must say. */
const WANTED = (name: string): Record<string, RegExp> => ({
  'the name of the alert': new RegExp(name),
  'the summary of the first alert': /db:5432 is almost full/,
  'the summary of the second alert': /cache:6379 is almost full/,
  'since when': SAYS_SINCE,
  'the runbook': /runbooks\/DiskAlmostFull/,
});

/** What a message about these two alerts does not say, in words; empty when it says everything. */
export function missingIn(text: string, name: string): string {
  const missing = Object.entries(WANTED(name)).flatMap(([what, it]) => (it.test(text) ? [] : what));
  if (missing.length > 0) return `missing: ${missing.join(', ')}`;
  return text.includes('<no value>') ? 'a <no value>' : '';
}

/** Templates that Alertmanager has without being told, and its tool has not: about what they say. */
const BUILT_IN: Record<string, string> = {
  __subject:
    '[{{ .Status | toUpper }}] {{ .GroupLabels.SortedPairs.Values | join " " }} {{ .CommonLabels.Values | join " " }}',
  __alertmanagerURL: '{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}',
  __text_alert_list: '{{ range . }}{{ .Labels.Values }} {{ .Annotations.Values }}{{ end }}',
  'slack.default.title': '{{ template "__subject" . }}',
  'slack.default.fallback': '{{ template "__subject" . }}',
  'slack.default.titlelink': '{{ template "__alertmanagerURL" . }}',
};
for (const name of ['text', 'pretext', 'username', 'callbackid', 'iconemoji', 'iconurl', 'footer'])
  BUILT_IN[`slack.default.${name}`] = '';

/** Those that no file of the step defines otherwise, in one line. */
const builtIn = (own: string): string =>
  Object.entries(BUILT_IN)
    .filter(([name]) => !own.includes(`"${name}"`))
    .map(([name, text]) => `{{ define "${name}" }}${text}{{ end }}`)
    .join('');

type Part = ReturnType<typeof textsIn>[number];

/**
 * Fills in the templates of a message with Alertmanager's own tool, because the server is silent about a broken one.
 *
 * @param run runs shell lines where amtool and the step's files are
 * @throws CheckFailure at the line that cannot be filled in
 */
export async function renderMessage(
  step: StepUnderTest,
  parts: Part[],
  data: object,
  run = (script: string) => shell(step, script, 'alertmanager'),
): Promise<string> {
  const { file, containerPath } = readSettings(step, 'alertmanager');
  const patterns = asList(file.get(['templates'])).map((it) =>
    posix.resolve(posix.dirname(containerPath), String(it)),
  );
  const globs = patterns.length > 0 ? patterns : ['/none'];
  const flags = globs.map((it) => `--template.glob='${it}'`).join(' ');
  const decode = (text: string) => `echo ${Buffer.from(text).toString('base64')} | base64 -d`;
  const own = patterns.flatMap((pattern) => filesLike(step, pattern));
  const known = builtIn(own.map((path) => step.files.text(path)).join('\n'));
  const text = `"$(${decode(known + parts.map((part) => part.text).join('\n'))})"`;
  const output = await run(
    `${decode(JSON.stringify(data))} | amtool template render --template.data=/dev/stdin ${flags} --template.text=${text}`,
  );
  const [, error] = output.match(/^amtool: error: (.*)/m) ?? [];
  if (error === undefined) return output.trim();
  const isUndefined = /^(?!.*function).*not defined$/.test(error);
  const unused = patterns.findIndex((pattern) => filesLike(step, pattern).length === 0);
  return fail({
    expected: 'templates that can be filled in with the alerts of a message',
    actual: error.replace(/^template: \S*?:\d+(:\d+)?: (executing "[^"]*" at )?/, ''),
    where:
      isUndefined && unused >= 0
        ? file.where(['templates', unused])
        : placeOf(step, error, parts, own),
    hint: isUndefined
      ? 'A template is known when its file fits a name below templates:, as the container sees it. Alertmanager is silent about a name that no file fits, and sends an empty text.'
      : 'Where a template cannot be filled in, Alertmanager sends an empty text and says nothing. An alert has .Labels, .Annotations, .Status, .StartsAt and .EndsAt; the group has .CommonLabels, .CommonAnnotations and .GroupLabels.',
  });
}

/** The files of the step that a name in Alertmanager's container stands for; `*` is any part of a file's name. */
export function filesLike(step: StepUnderTest, pattern: string): string[] {
  const service = step.compose().service('alertmanager');
  const onHost = hostPath(service, pattern)?.replaceAll('.', '\\.').replaceAll('*', '[^/]*');
  return step.files.all().filter((path) => new RegExp(`^${onHost}$`).test(path));
}

/** How many actions of a template begin with one of these words. */
const count = (text: string, words: string): number =>
  [...text.matchAll(new RegExp(`\\{\\{-?\\s*(${words})\\b`, 'g'))].length;

/** "alertmanager/web.tmpl:3" of what a message such as "template: web.tmpl:3:12: executing …" is about. */
function placeOf(step: StepUnderTest, error: string, parts: Part[], templates: string[]): string {
  const { file } = readSettings(step, 'alertmanager');
  const [, name = '', number = '1'] = error.match(/^template: (\S*?):(\d+)/) ?? [];
  const own = templates.find((path) => posix.basename(path) === name);
  if (own) return `${own}:${number}`;
  const open = parts.find(
    ({ text }) => count(text, 'range|if|with|block|define') > count(text, 'end'),
  );
  if (open && error.includes('EOF')) return file.where(open.place);
  let line = Number(number);
  for (const { text, place } of parts) {
    const lines = text.split('\n').length;
    // A text of several lines begins below the line of its key.
    const isBlock = /^[|>]/.test(file.source(place) ?? '');
    if (line <= lines) {
      const [, path, first] = file.where(place).match(/^(.*):(\d+)$/) ?? [];
      return `${path}:${Number(first) + line - (isBlock ? 0 : 1)}`;
    }
    line -= lines;
  }
  return file.where(parts[0]?.place ?? []);
}
