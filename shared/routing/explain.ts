import { asList, isRecord } from '../verify/files/index.ts';
import { caseFilter } from './plan.ts';
import type { Fate, Scene } from './play.ts';
import type { Case } from './table.ts';

/** Something in the configuration that decided what became of an alert. */
export interface Decision {
  /** file:line */
  where: string;
  /** "this route leads to slack" */
  what: string;
}

/** What made of an alert what became of it: the inhibit rules, the time intervals, else the routes that it ended in. */
export async function explainOutcome(
  { expected }: Case,
  fate: Fate,
  fates: Fate[],
  scene: Scene,
): Promise<Decision[]> {
  const rules = await readRules(fate, fates, scene);
  const inhibiting = rules.filter(({ misses }) => misses === undefined);
  if (fate.inhibitedBy.length > 0) {
    return inhibiting.map(({ where, equal }) => ({
      where,
      what: `this rule inhibits it, equal: [${equal.join(', ')}]`,
    }));
  }
  if (fate.silencedBy.length > 0) return silences(fate, scene);
  const missing =
    expected.inhibitedBy.length > 0
      ? rules.map(({ where, misses }) => ({
          where,
          what: `this rule does not inhibit it: ${misses}`,
        }))
      : [];
  return [...missing, ...mutes(fate, scene), ...routes(fate, scene)];
}

const silences = ({ silencedBy }: Fate, { file, alertmanager }: Scene): Promise<Decision[]> =>
  Promise.all(
    silencedBy.map(async (id) => {
      const { comment, createdBy } = await alertmanager.silence(id);
      // Only a running Alertmanager has silences, and its configuration is a page beside theirs.
      const where = file.path.replace(/status$/, 'silences');
      return { where, what: `a silence of ${createdBy} fits it: ${comment}` };
    }),
  );

const routes = ({ routes }: Fate, { file }: Scene): Decision[] =>
  routes.map(({ place, receiver }) => ({
    where: file.where(place),
    what: `${place.length === 1 ? 'no child route fits, and the root' : 'this route'} leads to ${receiver}`,
  }));

function mutes({ outcome }: Fate, { file }: Scene): Decision[] {
  return ['time_intervals', 'mute_time_intervals'].flatMap((key) =>
    [...asList(file.get([key])).entries()]
      .filter(([, it]) => isRecord(it) && outcome.mutedBy.includes(String(it.name)))
      .map(([index]) => ({
        where: file.where([key, index]),
        what: 'this time interval keeps it back',
      })),
  );
}

interface Rule {
  where: string;
  equal: string[];
  /** Why it does not inhibit the alert; undefined where it does. */
  misses: string | undefined;
}

/** Every inhibit rule beside an alert. Alertmanager itself says which alerts fit the matchers. */
async function readRules(fate: Fate, fates: Fate[], scene: Scene): Promise<Rule[]> {
  const { file, alertmanager, index } = scene;
  const rules = asList(file.get(['inhibit_rules']));
  return Promise.all(
    rules.map(async (value, at) => {
      const rule = isRecord(value) ? value : {};
      const fitting = (side: string) =>
        alertmanager.matching([caseFilter(index), ...matchersOf(rule, side)]);
      const [sources, targets] = await Promise.all([fitting('source'), fitting('target')]);
      const others = fates.filter(({ fingerprint }) => sources.includes(fingerprint));
      const equal = asList(rule.equal).map(String);
      const differs = ({ labels }: Fate) =>
        equal.find((name) => (labels[name] ?? '') !== (fate.labels[name] ?? ''));
      const misses = !targets.includes(fate.fingerprint)
        ? 'its target matchers do not fit'
        : others.length === 0
          ? 'no alert of this case fits its source matchers'
          : others.every(differs)
            ? `the label ${differs(others[0] as Fate)} differs`
            : sources.includes(fate.fingerprint) &&
                others.every((it) => targets.includes(it.fingerprint))
              ? 'an alert that fits both sides is not inhibited by another that does'
              : undefined;
      return { where: file.where(['inhibit_rules', at]), equal, misses };
    }),
  );
}

/** All three ways to write them, as matchers. */
function matchersOf(rule: Record<string, unknown>, side: string): string[] {
  const pairs = (key: string, operator: string) => {
    const map = rule[`${side}_${key}`];
    return isRecord(map)
      ? Object.entries(map).map(
          ([name, value]) => `${name}${operator}${JSON.stringify(`${value}`)}`,
        )
      : [];
  };
  return [
    ...asList(rule[`${side}_matchers`]).map(String),
    ...pairs('match', '='),
    ...pairs('match_re', '=~'),
  ];
}
