import {
  endsOf,
  type Integration,
  integrationsOf,
  type Labels,
  settingOf,
} from '../../verify/expect/index.ts';
import {
  asList,
  isRecord,
  readSettings,
  type StepUnderTest,
  type YamlFile,
  type YamlPath,
} from '../../verify/files/index.ts';

/** The ways to tell somebody, each with a receiver of its own or beside others in one. */
export const KINDS: Record<string, string> = {
  slack: 'Slack',
  email: 'e-mail',
  pagerduty: 'the pager',
  webhook: "the dead man's switch",
};

/** "the pager and Slack (2 messages)" */
export const inKinds = (all: readonly string[]): string =>
  [...new Set(all)]
    .map((kind) => {
      const count = all.filter((it) => it === kind).length;
      return `${KINDS[kind] ?? kind}${count > 1 ? ` (${count} messages)` : ''}`;
    })
    .join(' and ') || 'nobody';

/** An alert of the app, with the labels that Alertmanager gets. */
export const alertOf = (alertname: string, severity: string, more: Labels = {}): Labels => ({
  ...{ alertname, severity, job: 'web', monitor: 'workshop', ...more },
});

export const WATCHDOG: Labels = {
  ...{ alertname: 'Watchdog', severity: 'none', monitor: 'workshop' },
};

export const settings = (step: StepUnderTest): YamlFile => readSettings(step, 'alertmanager').file;

/** Everything that all receivers tell, of one kind or of all. */
export const integrations = (step: StepUnderTest, kind?: string): Integration[] => {
  const file = settings(step);
  return asList(file.get(['receivers']))
    .filter(isRecord)
    .flatMap(({ name }) => integrationsOf(file, name))
    .filter((it) => kind === undefined || it.kind === kind);
};

/** A setting of an integration, else what the block global: says in its place; and where it stands. */
export function readSetting(
  file: YamlFile,
  { at, value }: Integration,
  key: string,
  global?: string,
) {
  const own: YamlPath = [...at, key];
  const shared: YamlPath = ['global', `${global}`];
  const isShared = value?.[key] === undefined && global && file.get(shared) !== undefined;
  const place = isShared ? shared : own;
  return { value: file.get(place), place };
}

/** The line that decides where an alert ends: of its route, or of the receiver of all. */
export function placeOfRoute(file: YamlFile, labels: Labels): string {
  const ends = endsOf(file, labels);
  const place = ends.at(-1) ?? ['route'];
  return file.where(place.length > 1 ? place : settingOf(file, place, 'receiver').place);
}

/** "ErrorBudgetBurnsFast (severity page)"; the job only where it is not that of the app. */
export const inWords = ({ alertname, severity, instance, job = 'web' }: Labels): string =>
  `${alertname} (${severity ? `severity ${severity}` : 'without a severity'}${instance ? `, ${instance}` : ''}${job === 'web' ? '' : `, job ${job}`})`;

export const isMissing = (value: unknown): boolean => value === undefined || value === null;
