import type { Labels } from '../../verify/expect/index.ts';
import { asList, isRecord, type StepUnderTest, type YamlPath } from '../../verify/files/index.ts';

export const FILE = 'routing.yaml';

/** One line of the learner's table. */
export interface OwnCase {
  place: YamlPath;
  alert: Labels;
  others: Labels[];
  receivers: string[] | undefined;
  inhibitedBy: string | undefined;
  mutedBy: string | undefined;
}

export const readTable = (step: StepUnderTest) => step.files.yaml(FILE);
const labels = (value: unknown): Labels =>
  Object.fromEntries(Object.entries(Object(value)).map(([name, it]) => [name, String(it)]));

/** Those of the file that name an alert; none where there is no such file. */
export function casesOf(step: StepUnderTest): OwnCase[] {
  if (!step.files.exists(FILE)) return [];
  return asList(readTable(step).get(['cases'])).flatMap((it, index) => {
    if (!isRecord(it) || !isRecord(it.alert)) return [];
    const text = (key: string) => (it[key] === undefined ? undefined : String(it[key]));
    return {
      place: ['cases', index],
      alert: labels(it.alert),
      others: asList(it.while).map(labels),
      receivers: it.receivers === undefined ? undefined : asList(it.receivers).map(String),
      ...{ inhibitedBy: text('inhibited_by'), mutedBy: text('muted_by') },
    };
  });
}
