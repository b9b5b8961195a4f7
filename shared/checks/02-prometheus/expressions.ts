import { evaluate, onExpressionError, type Series } from '../../verify/expect/index.ts';
import { expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { knownTraffic } from './known-traffic.ts';
import { failByConfig } from './places.ts';

/** Where the learner writes PromQL: one expression for each name. */
export const QUERIES = 'prometheus/queries.yaml';

/** Two right expressions may differ a little: rate() guesses what lies beyond its first and last sample. */
const TOLERANCE = 0.1;
/** The same expression, spelled otherwise, may add its series up in another order. */
const EXACT = 1e-9;

/** What one expression must come to. */
export interface Question {
  /** In queries.yaml. */
  name: string;
  /** Of its check. */
  title: string;
  /** An expression with the right answer. */
  right: string;
  expected: string;
  hint: string;
  /** Expressions that are often written instead, each with what it comes to. */
  mistaken: Record<string, string>;
  /** In place of the hint for one of these. */
  hintIfMistaken?: string;
  /** What to say of any other number, where numbers differ from run to run. Default: the number. */
  anyOther?: string;
}

/** The learner's expression, or an empty text. */
export const readExpression = (step: StepUnderTest, name: string): string =>
  String(step.files.yaml(QUERIES).get([name]) ?? '').trim();

/**
 * The learner's expression gives the same numbers as a right one at the same moment, however it is spelled.
 *
 * @throws CheckFailure
 */
export async function expectAnswer(step: StepUnderTest, question: Question): Promise<void> {
  const { name, right, expected, hint, mistaken, hintIfMistaken = hint, anyOther } = question;
  const expression = readExpression(step, name);
  const where = step.files.yaml(QUERIES).where([name]);
  expectThat(expression !== '', {
    expected,
    actual: 'no expression yet',
    where,
    hint: 'Try an expression on the page of Prometheus. Then it takes the place of the "", quotes included.',
  });
  const { seenAt } = await knownTraffic(step);
  const given = await evaluate(step, expression, seenAt).catch(
    onExpressionError((actual) =>
      fail({
        expected: 'an expression that gives numbers',
        actual,
        where,
        hint: 'rate() takes a range such as metric[30s], so it comes first and sum() around it. Brackets and quotes come in pairs.',
      }),
    ),
  );
  const wanted = await evaluate(step, right, seenAt);
  if (wanted.length === 0) failByConfig(step, right);
  // Before the right one, because two gauges may be about as large.
  for (const [other, actual] of Object.entries(mistaken)) {
    if (areSame(given, await evaluate(step, other, seenAt), EXACT))
      fail({ expected, actual, where, hint: hintIfMistaken });
  }
  if (areSame(given, wanted, TOLERANCE)) return;
  fail({ expected, actual: describe(given, anyOther), where, hint });
}

/** @param tolerance by which share of the wanted number the given one may differ */
const areSame = (given: Series[], wanted: Series[], tolerance: number): boolean =>
  given.length === wanted.length &&
  wanted.every((series) => {
    const answer = given.find((it) => wanted.length === 1 || code(it) === code(series));
    return answer && Math.abs(answer.value - series.value) <= tolerance * series.value;
  });

const code = ({ labels }: Series): string => labels.status_code ?? '';

function describe(given: Series[], anyOther?: string): string {
  if (given.length === 0) return 'no result at all';
  if (given.length === 1) return anyOther ?? readable(given[0]?.value);
  const codes = given.map(code).sort();
  return `${given.length} numbers${codes[0] ? `, for status_code ${codes.join(', ')}` : ''}`;
}

/** One decimal: a rate differs a little from run to run. */
export const readable = (value = Number.NaN): string => String(Number(value.toFixed(1)));
