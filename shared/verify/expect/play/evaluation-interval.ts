import { type AlertRule, withoutTexts } from '../alert-rules.ts';

/** An expression may ask for a name by a pattern, for the state of any alert, or for labels alone. */
export const ANY_NAME = /__name__|\bALERTS|(^|[\s(),*/%^<>=+-]|\b(and|or|unless|bool))\{/;

/** What is looked at, when, and how often at least where that depends on the evaluation before. */
interface Looks {
  questions?: string[];
  /** In minutes. */
  moments: number[];
  /** In minutes. */
  every: number;
}

/**
 * Minutes from one evaluation to the next. Nearly all of the computing is evaluating, so where nothing depends on the
 * evaluation before, it is done only as often as somebody looks.
 *
 * @param parts the rules that have a part in what is asked, in the order in which they are evaluated
 */
export function evaluationInterval(
  parts: AlertRule[],
  { questions = [], moments, every }: Looks,
): number {
  const recorded = parts.map(({ get }) => String(get('record') ?? ''));
  const dependsOnBefore =
    isOrderOpen(parts) ||
    parts.some(hasMemory) ||
    [...parts.map(({ get }) => String(get('expr'))), ...questions].some((expr, index) => {
      const text = withoutTexts(expr);
      const asks = (name: string) => name !== '' && expr.includes(name);
      return (
        ANY_NAME.test(expr) ||
        // A subquery that names no step takes this interval as its step.
        /:\s*\]/.test(text) ||
        recorded.slice(index).some(asks) ||
        (/[[@]|\boffset\b/i.test(text) && recorded.some(asks))
      );
    });
  return dependsOnBefore ? every : moments.reduce(commonDivisor, 0) || 1;
}

/** An alert that waits or goes on, a group that looks back, a text that asks for more. */
const hasMemory = ({ get, group }: AlertRule): boolean =>
  [get('for'), get('keep_firing_for'), group.get('query_offset')].some((it) => it != null) ||
  /\bquery\b/.test(JSON.stringify([get('labels'), get('annotations')]));

/** promtool is told the order of groups by their names, and two files may have groups of one name. */
const isOrderOpen = (parts: AlertRule[]): boolean =>
  new Set(parts.map(({ group }) => group.where())).size >
  new Set(parts.map(({ group }) => String(group.get('name')))).size;

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));
