import { z } from 'zod';
import { fail, parseYaml, type YamlFile } from '../verify/files/index.ts';

export type Labels = Record<string, string>;

/** What became of an alert, or what must become of it. Names, sorted. */
export interface Outcome {
  /** One to which two routes lead is told twice, and stands here twice. */
  receivers: string[];
  /** Names of the alerts that inhibit it. */
  inhibitedBy: string[];
  /** The time intervals that keep it back on some route. */
  mutedBy: string[];
  silenced: boolean;
}

/** One line of the learner's table: alerts, and who must get each of them. */
export interface Case {
  name: string;
  /** file:line */
  where: string;
  alerts: Labels[];
  /** They fire at the same time, and nobody asks what becomes of them. */
  given: Labels[];
  at: Date | undefined;
  expected: Outcome;
  /** file:line of a key below expect: */
  whereExpected: (key: string) => string;
}

const AT = '2026-03-01T02:30:00+01:00';

const labels = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()], 'a text'))
  .refine((it) => Object.keys(it).length > 0, 'at least one label')
  .transform((it) =>
    Object.fromEntries(
      Object.entries(it).map(([name, value]): [string, string] => [name, `${value}`]),
    ),
  );

const names = z
  .union([z.string(), z.array(z.string())], 'a name, or a list of names')
  .default([])
  .transform((it) => [...new Set([it].flat())].sort());

const expectation = z
  .strictObject({
    receivers: names,
    inhibited_by: names,
    muted_by: names,
    silenced: z.boolean('true or false').default(false),
  })
  .refine(
    (it) => it.silenced || [it.receivers, it.inhibited_by, it.muted_by].flat().length > 0,
    'receivers, inhibited_by, muted_by or silenced',
  );

const row = z.strictObject({
  name: z.string('a name, which a failing case is told by'),
  alerts: z
    .array(labels, 'a list of alerts: [{alertname: …, severity: …}]')
    .min(1, 'at least one alert'),
  given: z.array(labels, 'a list of alerts').default([]),
  at: z
    .string(`a time with its zone: ${AT}`)
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/, `a time with its zone: ${AT}`)
    .transform((it) => new Date(it))
    .refine((it) => !Number.isNaN(it.getTime()), `a time that exists: ${AT}`)
    .optional(),
  expect: expectation,
});

const HINT =
  'The table is a list. Each case has a name, alerts with their labels, perhaps given alerts and a time at, and what to expect.';

/** @throws CheckFailure that names the line of what cannot be read */
export function readTable({ file: path, text }: { file: string; text: string }): Case[] {
  const file = parseYaml(path, text);
  const parsed = z.array(row, 'a list of cases').min(1, 'at least one case').safeParse(file.value);
  if (parsed.success) return parsed.data.map((it, index) => caseOf(it, file, index));
  const { path: place, message, code, ...issue } = parsed.error.issues[0] as z.core.$ZodIssue;
  const at = place.map((key) => (typeof key === 'symbol' ? key.toString() : key));
  const unknown =
    code === 'unrecognized_keys' ? (issue as { keys?: string[] }).keys?.[0] : undefined;
  const value = JSON.stringify(file.get(at));
  return fail({
    expected: unknown
      ? `one of ${Object.keys((at.at(-1) === 'expect' ? expectation : row).shape).join(', ')}`
      : `${at.at(-1) ?? 'file'}: ${message}`,
    actual: unknown ?? (value === undefined ? 'nothing' : value.slice(0, 200)),
    where: file.where(unknown ? [...at, unknown] : at),
    hint: HINT,
  });
}

function caseOf(it: z.infer<typeof row>, file: YamlFile, index: number): Case {
  const { receivers, inhibited_by: inhibitedBy, muted_by: mutedBy, silenced } = it.expect;
  const known = [...it.alerts, ...it.given].map(({ alertname }) => alertname);
  const stranger = inhibitedBy.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    fail({
      expected: `${stranger} among the given alerts of this case`,
      actual: known.join(', '),
      where: file.where([index, 'expect', 'inhibited_by']),
      hint: 'An alert is inhibited by another that fires at the same time: name it, with its labels, below given:.',
    });
  }
  return {
    ...{ name: it.name, where: file.where([index]), alerts: it.alerts, given: it.given, at: it.at },
    expected: { receivers, inhibitedBy, mutedBy, silenced },
    whereExpected: (key) => file.where([index, 'expect', key]),
  };
}

/** "slack and pager", "nobody, inhibited by InstanceDown" */
export function describeOutcome({ receivers, inhibitedBy, mutedBy, silenced }: Outcome): string {
  const elsewhere = receivers.length > 0 ? 'elsewhere ' : '';
  return [
    [...new Set(receivers)].join(' and ') || 'nobody',
    ...(inhibitedBy.length > 0 ? [`inhibited by ${inhibitedBy.join(' and ')}`] : []),
    ...(mutedBy.length > 0 ? [`${elsewhere}muted by ${mutedBy.join(' and ')}`] : []),
    ...(silenced ? ['silenced'] : []),
  ].join(', ');
}
