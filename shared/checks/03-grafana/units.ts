// How a panel writes its numbers: with which unit, which of many, and whether it writes texts in their place.
import { type Panel, readDashboards, records } from '../../verify/expect/grafana/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';
import { expectOne } from './numbers.ts';

/** What a panel of the lesson shows → the unit that the lesson names, and all that mean the same kind of number. */
const UNITS = {
  requests: ['reqps', /^(req|[ocemrw]|rec|rows|io)ps$/],
  errors: ['percentunit', /^percent(unit)?$/],
  total: ['short', /^(|none|short|sishort|sci|locale|string)$|^count:|^(x|times|requests)$/i],
  memory: ['bytes', /bytes$/],
} as const;

/** One's own words around any number. */
export const OWN_UNIT = /^(prefix|suffix|si):/;

/** "the unit short", or "no unit". */
export const describeUnit = ({ unit }: Panel): string => (unit ? `the unit ${unit}` : 'no unit');

/**
 * The numbers of one of the panels have a unit of their kind, and no texts in their place.
 *
 * @param panels those that show the right numbers
 * @returns those of them
 * @throws CheckFailure
 */
export function expectWrittenAs<Shown extends { panel: Panel }>(
  step: StepUnderTest,
  kind: keyof typeof UNITS,
  panels: Shown[],
): Shown[] {
  const [unit, same] = UNITS[kind];
  const fitting = expectOne(
    panels,
    ({ panel }) => OWN_UNIT.test(panel.unit) || same.test(panel.unit),
    ({ panel }) => ({
      expected: `the unit ${unit} in "${panel.title}"`,
      actual: describeUnit(panel),
      where: panel.where('fieldConfig', 'defaults', 'unit'),
      hint: 'A copied panel brings its unit along. "unit", in "defaults" in "fieldConfig", says what kind of number Grafana writes.',
    }),
  );
  const given = readDashboards(step).filter(({ own }) => !own);
  const known = given.flatMap((dashboard) => dashboard.panels.flatMap(textsOf));
  const isKnown = (text: string) => known.some((it) => it.toLowerCase() === text.toLowerCase());
  const copied = (panel: Panel) => textsOf(panel).filter(isKnown);
  return expectOne(
    fitting,
    ({ panel }) => copied(panel).length === 0,
    ({ panel }) => ({
      expected: `numbers in "${panel.title}"`,
      actual: `the texts ${copied(panel).join(' and ')}, in place of some`,
      where: panel.where('fieldConfig', 'defaults', 'mappings'),
      hint: 'A copied panel brings its value mappings along, and Grafana writes their texts where the number is 0 or 1. Delete "mappings" where they mean something else.',
    }),
  );
}

/** The texts that it writes in place of numbers. */
function textsOf({ value }: Panel): string[] {
  const { defaults } = (value.fieldConfig ?? {}) as { defaults?: { mappings?: unknown } };
  const mapped = records(defaults?.mappings).flatMap(({ options }) =>
    Object.values(Object(options)),
  );
  return records(mapped).flatMap(({ text }) => (text ? String(text) : []));
}

/** How Grafana makes one number of the points of a line: the last one, unless the panel says otherwise. */
export const calculationOf = ({ value }: Panel): string => {
  const { reduceOptions } = Object(value.options) as { reduceOptions?: { calcs?: unknown[] } };
  return String(reduceOptions?.calcs?.[0] ?? 'lastNotNull');
};

/** Is the number that it shows the newest one? */
export const isOfNow = ({ panel }: { panel: Panel }): boolean =>
  records(panel.value.targets).every(({ instant }) => instant === true) ||
  /^(last|lastNotNull|max)$/.test(calculationOf(panel)) ||
  !/^(stat|gauge|bargauge)$/.test(String(panel.value.type));
