import { evaluate, onExpressionError, type Series } from '../../verify/expect/index.ts';
import { expectThat, type Finding, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { knownTraffic } from './known-traffic.ts';
import { failByConfig } from './places.ts';

/** Where the learner writes PromQL: one expression for each name. */
export const QUERIES = 'prometheus/queries.yaml';

/** Two right expressions may differ a little: rate() guesses what lies beyond its first and last sample. */
const TOLERANCE = 0.1;
/** The same expression, spelled otherwise, may add its series up in another order. */
export const EXACT = 1e-9;

/** What one expression must come to. */
export interface Question {
  /** In queries.yaml. */
  name: string;
  /** Of its check. */
  title: string;
  /** An expression with the right answer. */
  right: string;
  /** By which share of it another one may differ. Default: TOLERANCE. */
  tolerance?: number;
  expected: string;
  hint: string;
  /** Expressions that are often written instead, each with what it comes to. */
  mistaken: Record<string, string>;
  /** In place of the hint for one of these. */
  hintIfMistaken?: string;
  /** What is wrong about an expression, whatever it comes to now; undefined where nothing is. */
  flaw?(expression: string): Omit<Finding, 'where'> | undefined;
  /** What to say of any other number, where numbers differ from run to run. Default: the number. */
  anyOther?: string;
}

/** The learner's expression, or an empty text. */
export const readExpression = (step: StepUnderTest, name: string, path = QUERIES): string =>
  String(step.files.yaml(path).get([name]) ?? '').trim();

/** Each name is in the file, with an expression or a place for one. @throws CheckFailure */
export function expectNames(step: StepUnderTest, path: string, names: string[]): void {
  const file = step.files.yaml(path);
  const missing = names.filter((name) => file.get([name]) === undefined);
  expectThat(missing.length === 0, {
    expected: `the names ${names.join(', ')}`,
    actual: `no ${missing.join(', no ')}`,
    where: file.where([missing[0] ?? '']),
    hint: 'The verdict finds each expression by its name: "name: expression".',
  });
  const nested = names.find((name) => Object(file.get([name])) === file.get([name]));
  expectThat(nested === undefined, {
    expected: `${nested}: and one expression`,
    actual: Array.isArray(file.get([nested ?? ''])) ? 'a list' : 'a mapping',
    where: file.where([nested ?? '']),
    hint: 'An expression is a text. It stands behind the colon, or begins with >- and goes on, indented, in the next lines.',
  });
}

/**
 * What the learner's expression comes to.
 *
 * @param expected what it must come to, for the message
 * @param time in seconds since 1970
 * @throws CheckFailure when there is none, or Prometheus cannot read it
 */
export async function evaluateOwn(
  step: StepUnderTest,
  { name, expected, path = QUERIES }: { name: string; expected: string; path?: string },
  time: number,
): Promise<Series[]> {
  const expression = readExpression(step, name, path);
  const where = step.files.yaml(path).where([name]);
  expectThat(expression !== '', {
    expected,
    actual: 'no expression yet',
    where,
    hint: 'Try an expression on the page of Prometheus. Then it takes the place of the "", quotes included.',
  });
  return evaluate(step, expression, time).catch(
    onExpressionError((actual) =>
      fail({
        expected: 'an expression that gives numbers',
        actual,
        where,
        hint: 'rate() takes a range such as metric[30s], so it comes first and sum() around it. Brackets and quotes come in pairs.',
      }),
    ),
  );
}

/**
 * The learner's expression gives the same numbers as a right one at the same moment, however it is spelled.
 *
 * @throws CheckFailure
 */
export async function expectAnswer(step: StepUnderTest, question: Question): Promise<void> {
  const { name, right, expected, hint, mistaken, hintIfMistaken = hint, anyOther } = question;
  const { tolerance = TOLERANCE } = question;
  const where = step.files.yaml(QUERIES).where([name]);
  const { seenAt } = await knownTraffic(step);
  const given = await evaluateOwn(step, { name, expected }, seenAt);
  const wanted = await evaluate(step, right, seenAt);
  if (wanted.length === 0) failByConfig(step, right);
  // Before the right one, because two gauges may be about as large.
  for (const [other, actual] of Object.entries(mistaken)) {
    if (areSame(given, await evaluate(step, other, seenAt), EXACT))
      fail({ expected, actual, where, hint: hintIfMistaken });
  }
  const flaw = question.flaw?.(readExpression(step, name));
  if (flaw) fail({ ...flaw, where });
  if (areSame(given, wanted, tolerance)) return;
  fail({ expected, actual: describe(given, anyOther), where, hint });
}

/** @param tolerance by which share of the wanted number the given one may differ */
const areSame = (given: Series[], wanted: Series[], tolerance: number): boolean =>
  given.length === wanted.length &&
  wanted.every((series) => {
    const answer = given.find((it) => wanted.length === 1 || kept(it) === kept(series));
    return answer && Math.abs(answer.value - series.value) <= tolerance * series.value;
  });

/** Labels that the app gives its counter, the status code aside. */
const OTHER_LABELS = ['method', 'route'];

const code = ({ labels }: Series): string => labels.status_code ?? '';

/** What tells a series from the others of the app's counter. */
const kept = (series: Series): string =>
  [code(series), ...OTHER_LABELS.map((name) => series.labels[name])].join();

function describe(given: Series[], anyOther?: string): string {
  if (given.length === 0) return 'no result at all';
  if (given.length === 1) return anyOther ?? readable(given[0]?.value);
  const codes = given.map(code).sort();
  const others = OTHER_LABELS.filter((name) => given.some(({ labels }) => name in labels));
  const parts = [
    `${given.length} numbers`,
    ...(codes[0] ? [`for status_code ${codes.join(', ')}`] : []),
    ...(others.length > 0 ? [`told apart by ${others.join(' and ')} too`] : []),
  ];
  return parts.join(', ');
}

/** One decimal: a rate differs a little from run to run. */
export const readable = (value = Number.NaN): string => String(Number(value.toFixed(1)));
