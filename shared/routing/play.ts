import { asList, fail, isRecord, parseYaml, type YamlFile } from '../verify/files/index.ts';
import { type Decision, explainOutcome } from './explain.ts';
import { ownLabels, ownName, type Plan, planOf, type Route } from './plan.ts';
import { type Case, describeOutcome, type Labels, type Outcome, readTable } from './table.ts';
import { type Group, startThrowaway, type Throwaway } from './throwaway.ts';

/** A file's text, and the name that messages give it. */
export interface Source {
  file: string;
  text: string;
}

export interface Play {
  /** The learner's table. */
  table: Source;
  /** Alertmanager's configuration. */
  config: Source;
  /** A running Alertmanager has already taken this configuration, which may hold <secret> where it shows no secrets. */
  isLoaded?: boolean;
  /** Silences to play with, as GET /api/v2/silences lists them. */
  silences?: unknown[];
  /** The image of Alertmanager. */
  image: string;
  signal?: AbortSignal | undefined;
}

/** How one case ended. */
export interface PlayedCase {
  name: string;
  /** file:line of the case. */
  where: string;
  passed: boolean;
  /** "pager and slack", "nobody, inhibited by InstanceDown" */
  expected: string;
  actual: string;
  /** Of its first alert that is not as expected, else of its first one. */
  outcome: Outcome;
  /** What decided, of a failed case. */
  decidedBy: Decision[];
}

/** What became of one alert, and by which routes. */
export interface Fate {
  labels: Labels;
  fingerprint: string;
  outcome: Outcome;
  routes: Route[];
  /** Fingerprints. */
  inhibitedBy: string[];
  /** Ids of silences. */
  silencedBy: string[];
}

/**
 * Plays a table of alerts against Alertmanager's own routing: in a container that runs the configuration with every
 * receiver emptied, so that nobody is told anything.
 *
 * @throws CheckFailure with file and line when the table or the configuration cannot be read
 * @throws MachineFault when the engine, or the image, is in the way
 */
export async function playRouting(play: Play): Promise<PlayedCase[]> {
  const cases = readTable(play.table);
  const file = parseYaml(play.config.file, play.config.text);
  for (const it of cases) expectKnownNames(it, file);
  const plan = planOf(file, cases, new Date());
  await using alertmanager = await startThrowaway(
    play.image,
    plan.yaml,
    play.isLoaded ? undefined : play.config,
    play.signal,
  );
  await Promise.all((play.silences ?? []).map(alertmanager.postSilence));

  const groups = await alertmanager.post(allAlerts(plan, cases), (seen) =>
    seen.every(({ receiver, alerts }) => {
      const isMuted = plan.routes.get(receiver.name)?.isMuted ?? false;
      return alerts.every(
        ({ status }) => !isMuted || isKeptBack(status) || status.mutedBy.length > 0,
      );
    }),
  );
  const played: PlayedCase[] = [];
  for (const [index, it] of cases.entries()) {
    played.push(await judge(it, fatesOf(plan, groups, index), { file, alertmanager, index }));
  }
  return played;
}

/** Each once: of two that are alike Alertmanager would make one. */
function allAlerts(plan: Plan, cases: Case[]): Labels[] {
  const all = cases.flatMap((_, index) => plan.alertsOf(index));
  return [...new Map(all.map((labels) => [keyOf(labels), labels])).values()];
}

const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort());

/** Of all alerts of a case, the given ones too. */
function fatesOf(plan: Plan, groups: Group[], index: number): Fate[] {
  const seen = groups.flatMap(({ receiver, alerts }) =>
    alerts.map((alert) => ({ ...alert, route: plan.routes.get(receiver.name) as Route })),
  );
  const nameOf = (fingerprint: string) =>
    seen.find((it) => it.fingerprint === fingerprint)?.labels.alertname ?? fingerprint;
  return plan.alertsOf(index).map((posted) => {
    // Alertmanager drops labels that are empty.
    const filled = Object.fromEntries(Object.entries(posted).filter(([, value]) => value !== ''));
    const mine = seen.filter(({ labels }) => keyOf(labels) === keyOf(filled));
    const inhibitedBy = [...new Set(mine.flatMap(({ status }) => status.inhibitedBy))];
    const silencedBy = [...new Set(mine.flatMap(({ status }) => status.silencedBy))];
    const silenced = silencedBy.length > 0;
    const told = mine.filter(({ status }) => status.mutedBy.length === 0);
    const kept = mine.some(({ status }) => isKeptBack(status));
    return {
      labels: ownLabels(filled),
      fingerprint: mine[0]?.fingerprint ?? '',
      routes: mine.map(({ route }) => route),
      inhibitedBy,
      silencedBy,
      outcome: {
        receivers: kept ? [] : told.map(({ route }) => route.receiver).sort(),
        inhibitedBy: sorted(inhibitedBy.map(nameOf)),
        // Whatever time it is: who is inhibited or silenced is not told anyway.
        mutedBy: kept ? [] : sorted(mine.flatMap(({ status }) => status.mutedBy.map(ownName))),
        silenced,
      },
    };
  });
}

const isKeptBack = ({ inhibitedBy, silencedBy }: Pick<Fate, 'inhibitedBy' | 'silencedBy'>) =>
  inhibitedBy.length + silencedBy.length > 0;

const sorted = (names: string[]): string[] => [...new Set(names)].sort();

export interface Scene {
  file: YamlFile;
  alertmanager: Throwaway;
  index: number;
}

async function judge(it: Case, fates: Fate[], scene: Scene): Promise<PlayedCase> {
  const expected = describeOutcome(it.expected);
  const own = fates.slice(0, it.alerts.length);
  const wrong = own.find(({ outcome }) => describeOutcome(outcome) !== expected);
  const fate = wrong ?? (own[0] as Fate);
  const played = { name: it.name, where: it.where, expected, outcome: fate.outcome };
  const told = own.filter((one) => !isKeptBack(one));
  const clock = it.at
    ? undefined
    : told.flatMap(({ routes }) => routes).find((route) => route.isTimed);
  if (clock) {
    const what = 'this route names time intervals, so the case needs a time: at:';
    const decidedBy = [{ where: scene.file.where(clock.place), what }];
    return { ...played, passed: false, actual: 'this depends on the clock', decidedBy };
  }
  if (!wrong) {
    // Somebody wants to know whose silence it is, and why.
    const decidedBy = it.expected.silenced ? await explainOutcome(it, fate, fates, scene) : [];
    return { ...played, passed: true, actual: expected, decidedBy };
  }
  const whose = own.length > 1 ? `${describeLabels(fate.labels)} goes to ` : '';
  return {
    ...{ ...played, passed: false, actual: `${whose}${describeOutcome(fate.outcome)}` },
    decidedBy: await explainOutcome(it, fate, fates, scene),
  };
}

const describeLabels = (labels: Labels): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}}`;

/** A receiver that does not exist gets nothing; then the table has the typing error, and not the routes. */
function expectKnownNames({ expected, whereExpected }: Case, file: YamlFile): void {
  const namesAt = (...keys: string[]) =>
    keys.flatMap((key) =>
      asList(file.get([key])).map((it) => (isRecord(it) ? String(it.name) : '')),
    );
  const kinds = [
    { kind: 'receivers', used: expected.receivers, known: namesAt('receivers') },
    {
      kind: 'muted_by',
      used: expected.mutedBy,
      known: namesAt('time_intervals', 'mute_time_intervals'),
    },
  ];
  for (const { kind, used, known } of kinds) {
    const stranger = used.find((name) => !known.includes(name));
    if (stranger === undefined) continue;
    fail({
      expected: `${kind}: one of the names in ${file.path}: ${known.join(', ') || 'there are none'}`,
      actual: stranger,
      where: whereExpected(kind),
      hint: 'The table names receivers and time intervals as the configuration does.',
    });
  }
}
