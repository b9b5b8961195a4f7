import { stringify } from 'yaml';
import { isActive } from '../verify/expect/play/index.ts';
import { asList, isRecord, type YamlFile, type YamlPath } from '../verify/files/index.ts';
import type { Case, Labels } from './table.ts';

/** Labels that only the alerts of a table have: of which case, and played at which time. */
const CASE = 'routing_case';
const ROUND = 'routing_round';

/** An inhibition of our own. When it works, Alertmanager has taken in whatever was posted before. */
export const SENTINELS: Labels[] = ['source', 'target'].map((role) => ({
  [CASE]: 'sentinel',
  role,
}));

/** Where a route of the learner's stands, and what it does. */
export interface Route {
  place: YamlPath;
  receiver: string;
  /** It names time intervals, so what it does depends on the clock. */
  isTimed: boolean;
  /** A time interval keeps its alerts back at the time of its round. */
  isMuted: boolean;
}

/** A configuration that routes as the learner's does and sends nothing, and how to read what it did. */
export interface Plan {
  yaml: string;
  /** By the name of the receiver that each has there. */
  routes: Map<string, Route>;
  /** The alerts to post for a case, its own first. */
  alertsOf: (index: number) => Labels[];
}

/**
 * Rewrites a configuration so that one Alertmanager can play all cases at once, without sending anything:
 *
 * - Each route has a receiver of its own, which is empty; so Alertmanager's answer tells the route.
 * - For each time that cases are played at there is a copy of all routes, in which a time interval lasts for ever or
 *   never comes, as it would be at that time.
 * - An inhibition needs the same case on both sides.
 */
export function planOf(file: YamlFile, cases: Case[], now: Date): Plan {
  const intervals = ['time_intervals', 'mute_time_intervals'].flatMap((key) =>
    asList(file.get([key])).filter(isRecord),
  );
  const activeAt = (at: Date) =>
    intervals.filter((it) => isActive(it.time_intervals, at)).map(({ name }) => String(name));
  const active = cases.map(({ at = now }) => activeAt(at));
  const rounds = [...new Map(active.map((names) => [names.join('\n'), names])).values()];
  const roundOf = (names: string[]) => rounds.findIndex((it) => it.join('\n') === names.join('\n'));

  const routes = new Map<string, Route>();
  const trees = rounds.map((names, round) => ({
    ...copyRoute({ file, routes, names, round }, ['route'], ''),
    matchers: [`${ROUND}="${round}"`],
  }));
  const yaml = stringify(
    {
      // A group for each alert: Alertmanager mutes groups, and looks only at what nothing inhibits.
      route: {
        ...{ receiver: 'none', group_by: ['...'], group_wait: '0s', group_interval: '1h' },
        routes: trees,
      },
      receivers: ['none', ...routes.keys()].map((name) => ({ name })),
      inhibit_rules: [
        ...asList(file.get(['inhibit_rules']))
          .filter(isRecord)
          .map(withinCase),
        OURS,
      ],
      time_intervals: rounds.flatMap((names, round) =>
        intervals.map(({ name }) => ({
          name: `${round}/${name}`,
          time_intervals: [names.includes(String(name)) ? ALWAYS : NEVER],
        })),
      ),
    },
    { aliasDuplicateObjects: false },
  );
  const alertsOf = (index: number) =>
    [...(cases[index]?.alerts ?? []), ...(cases[index]?.given ?? [])].map((labels) => ({
      ...labels,
      ...{ [CASE]: String(index), [ROUND]: String(roundOf(active[index] ?? [])) },
    }));
  return { yaml, routes, alertsOf };
}

const ALWAYS = { times: [{ start_time: '00:00', end_time: '24:00' }] };
const NEVER = { years: ['1970'] };

const OURS = {
  source_matchers: [`${CASE}="sentinel"`, 'role="source"'],
  target_matchers: [`${CASE}="sentinel"`, 'role="target"'],
};

const withinCase = (rule: Record<string, unknown>) => ({
  ...rule,
  equal: [...asList(rule.equal), CASE],
});

interface Copying {
  file: YamlFile;
  routes: Map<string, Route>;
  /** The time intervals that are active. */
  names: string[];
  round: number;
}

const TIMED = ['mute_time_intervals', 'active_time_intervals'] as const;

/** A route and those below it, as far as they decide where an alert goes. */
function copyRoute(copying: Copying, place: YamlPath, inherited: string): Record<string, unknown> {
  const { file, routes, names, round } = copying;
  const value = file.get(place);
  const route = isRecord(value) ? value : {};
  const receiver = typeof route.receiver === 'string' ? route.receiver : inherited;
  const [mutes, actives] = TIMED.map((key) => asList(route[key]).map(String)) as [
    string[],
    string[],
  ];
  const id = `${round}/${routes.size}`;
  routes.set(id, {
    ...{ place, receiver, isTimed: mutes.length + actives.length > 0 },
    isMuted:
      mutes.some((name) => names.includes(name)) ||
      (actives.length > 0 && !actives.some((name) => names.includes(name))),
  });
  const kept = ['match', 'match_re', 'matchers', 'continue'].filter((key) => key in route);
  const times = TIMED.filter((key) => Array.isArray(route[key])).map((key) => [
    key,
    asList(route[key]).map((name) => `${round}/${name}`),
  ]);
  return {
    ...Object.fromEntries(kept.map((key) => [key, route[key]])),
    ...Object.fromEntries(times),
    receiver: id,
    routes: asList(route.routes).map((_, index) =>
      copyRoute(copying, [...place, 'routes', index], receiver),
    ),
  };
}

/** A name of the copy, as the learner wrote it. */
export const ownName = (name: string): string => name.replace(/^\d+\//, '');

/** Without what only the alerts of a table have. */
export function ownLabels({ [CASE]: _case, [ROUND]: _round, ...labels }: Labels): Labels {
  return labels;
}

/** To ask Alertmanager for the alerts of one case. */
export const caseFilter = (index: number): string => `${CASE}="${index}"`;
