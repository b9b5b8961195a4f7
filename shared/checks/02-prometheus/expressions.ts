import { expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { answersAt, knownTraffic } from './known-traffic.ts';

/** Where the learner writes PromQL: one expression for each name. */
export const QUERIES = 'prometheus/queries.yaml';

/** Two right expressions may differ a little: rate() guesses what lies beyond its first and last sample. */
const TOLERANCE = 0.1;
/** The same expression, spelled otherwise, may add its series up in another order. */
const EXACT = 1e-9;

export interface Question {
  /** An expression with the right answer. */
  right: string;
  expected: string;
  hint: string;
  /** Expressions that are often written instead, and what they answer. */
  mistaken?: { expression: string; is: string; hint?: string }[];
  /** What to say of any other number, where numbers differ from run to run. Default: the number. */
  anyOther?: string;
}

type Answers = Awaited<ReturnType<typeof answersAt>>;

/** The learner's expression, or an empty text. */
export const expressionOf = (step: StepUnderTest, name: string): string =>
  String(step.files.yaml(QUERIES).get([name]) ?? '').trim();

/**
 * The learner's expression gives the same numbers as a right one at the same moment, however it is spelled.
 *
 * @param interval the scrape interval in seconds
 * @throws CheckFailure
 */
export async function expectAnswer(
  step: StepUnderTest,
  interval: number,
  name: string,
  { right, expected, hint, mistaken = [], anyOther }: Question,
): Promise<void> {
  const expression = expressionOf(step, name);
  const where = step.files.yaml(QUERIES).where([name]);
  expectThat(expression !== '', {
    expected,
    actual: 'no expression yet',
    where,
    hint: 'Try an expression on the page of Prometheus. Then it takes the place of the "", quotes included.',
  });
  const { seenAt } = await knownTraffic(step, interval);
  const given = await answersAt(step, expression, seenAt).catch(({ message }: Error) => {
    const [, complaint] = message.match(/"error":"(.*)"/) ?? [];
    return fail({
      expected: 'an expression that gives numbers',
      actual: complaint?.replaceAll('\\"', '"') ?? 'an error of Prometheus',
      where,
      hint: 'rate() takes a range such as metric[30s], so it comes first and sum() around it. Brackets and quotes come in pairs.',
    });
  });
  // Before the right one, because two gauges may be about as large.
  for (const other of mistaken) {
    if (!areSame(given, await answersAt(step, other.expression, seenAt), EXACT)) continue;
    fail({ expected, actual: other.is, where, hint: other.hint ?? hint });
  }
  if (areSame(given, await answersAt(step, right, seenAt), TOLERANCE)) return;
  fail({ expected, actual: describe(given, anyOther), where, hint });
}

/** @param tolerance by which share of the wanted number the given one may differ */
const areSame = (given: Answers, wanted: Answers, tolerance: number): boolean =>
  given.length === wanted.length &&
  wanted.every(({ labels, value }) => {
    const answer = given.find((it) => wanted.length === 1 || code(it) === code({ labels }));
    return answer && Math.abs(answer.value - value) <= tolerance * value;
  });

const code = ({ labels }: Pick<Answers[number], 'labels'>): string => labels.status_code ?? '';

function describe(given: Answers, anyOther?: string): string {
  if (given.length === 0) return 'no answer at all';
  if (given.length === 1) return anyOther ?? readable(given[0]?.value);
  const codes = given.map(code).sort();
  return `${given.length} numbers${codes[0] ? `, for status_code ${codes.join(', ')}` : ''}`;
}

/** One decimal: a rate differs a little from run to run. */
export const readable = (value = Number.NaN): string => String(Number(value.toFixed(1)));
