import {
  asList,
  entryPlaces,
  isRecord,
  orNone,
  readSettings,
  type StepUnderTest,
  type YamlFile,
  type YamlPath,
} from '../files/index.ts';
import { alertRules, isLike, ruleLabels } from './alert-rules.ts';

/** YAML's ways to say yes that Prometheus and Alertmanager know; in quotes each is a text. */
export const isTrue = (file: YamlFile, place: YamlPath): boolean =>
  /^(true|yes|on|y)$/i.test(asWritten(file, place));

/** And to say no. */
export const isFalse = (file: YamlFile, place: YamlPath): boolean =>
  /^(false|no|off|n)$/i.test(asWritten(file, place));

/** What is merged in, or repeated with an asterisk, is written elsewhere, and its value counts. */
const asWritten = (file: YamlFile, place: YamlPath): string =>
  file.source(place) ?? String(file.get(place));

/** Of an alert rule: what its alerts are routed by. */
export interface Alert {
  name: string;
  severity: string;
}

export type Labels = Record<string, string>;

/** The labels that an alert of the app has when Alertmanager gets it: the target's, the rule's, and those of Prometheus. */
export function labelsOf(step: StepUnderTest, { name, severity }: Alert, target: Labels = {}) {
  const own = orNone(() => alertRules(step))?.find((rule) => rule.name === name);
  const prometheus = orNone(() => readSettings(step, 'prometheus'));
  const external = prometheus?.file.get(['global', 'external_labels']);
  const labels = {
    ...(isRecord(external) && external),
    severity,
    ...(own && ruleLabels(own)),
    ...{ alertname: name, job: 'web', instance: 'app:8080', ...target },
  };
  // What a template makes of a label is known only when the rule fires.
  const known = Object.entries(labels).filter(([, value]) => !`${value}`.includes('{{'));
  return Object.fromEntries(known.map(([label, value]): [string, string] => [label, `${value}`]));
}

/**
 * The routes that an alert ends in, as Alertmanager walks through them: the first child that fits takes it, unless it
 * says `continue`; where none fits, the parent has it.
 */
export function endsOf(file: YamlFile, labels: Labels, place: YamlPath = ['route']): YamlPath[] {
  const route = file.get(place);
  if (!isRecord(route) || !fits(route, labels)) return [];
  const ends: YamlPath[] = [];
  for (const child of entryPlaces(file, [...place, 'routes'])) {
    const found = endsOf(file, labels, child);
    ends.push(...found);
    if (found.length > 0 && !isTrue(file, [...child, 'continue'])) break;
  }
  return ends.length > 0 ? ends : [place];
}

/** Of all routes, the children too: where each stands. */
export const allRoutes = (file: YamlFile, place: YamlPath = ['route']): YamlPath[] => [
  place,
  ...entryPlaces(file, [...place, 'routes']).flatMap((child) => allRoutes(file, child)),
];

/** What holds for a route: its own setting, or that of the nearest route around it; and where that stands. */
export function settingOf(file: YamlFile, route: YamlPath, key: string) {
  for (let depth = route.length; depth > 0; depth -= 2) {
    const place = [...route.slice(0, depth), key];
    const value = file.get(place);
    if (value !== undefined && value !== null) return { value, place };
  }
  return { value: undefined, place: [...route, key] };
}

/**
 * Whether an alert has the labels that a route, or one side of an inhibition, asks for.
 *
 * @param side of an inhibition: "source_" or "target_"
 */
export const fits = (of: Record<string, unknown>, labels: Labels, side = ''): boolean =>
  [
    ...[of[`${side}matchers`] ?? []].flat().flatMap((text) => [...String(text).matchAll(MATCHER)]),
    ...Object.entries(of[`${side}match`] ?? {}).map(([name, value]) => ['', '', name, '=', value]),
    ...Object.entries(of[`${side}match_re`] ?? {}).map(([name, it]) => ['', '', name, '=~', it]),
  ].every(([, , name, operator, value]) => {
    const given = labels[String(name)] ?? '';
    const wanted = unquote(String(value));
    const isEqual = String(operator).endsWith('~') ? isLike(given, wanted) : given === wanted;
    return isEqual !== String(operator).startsWith('!');
  });

/** `severity = critical`, `severity=~"warning|critical"`, also several in braces. */
const MATCHER = /("?)([^\s"=!~{},]+)\1\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^,}]*)/g;

const unquote = (text: string): string => {
  const trimmed = text.trim();
  return /^".*"$/s.test(trimmed) ? trimmed.slice(1, -1).replace(/\\(.)/g, '$1') : trimmed;
};

/** One entry of a receiver's `slack_configs`, `email_configs` and so on. */
export interface Integration {
  receiver: string;
  /** "slack", "email", "pagerduty", "webhook" … */
  kind: string;
  at: YamlPath;
  // biome-ignore lint/suspicious/noExplicitAny: a learner's YAML can hold anything
  value: any;
}

/** Everything that a receiver tells. */
export function integrationsOf(file: YamlFile, name: unknown): Integration[] {
  const receivers = asList(file.get(['receivers']));
  const index = receivers.findIndex((it) => isRecord(it) && it.name === name);
  return Object.entries(Object(receivers[index])).flatMap(([key, entries]) => {
    const [, kind] = key.match(/^(\w+)_configs$/) ?? [];
    if (!kind) return [];
    const place = (entry: number): YamlPath => ['receivers', index, key, entry];
    return asList(entries).map((value, entry) => ({
      ...{ receiver: String(name), kind, at: place(entry), value },
    }));
  });
}
