import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallExpression, Node } from 'typescript/unstable/ast';
import { isCallExpression, isPropertyAccessExpression } from 'typescript/unstable/ast/is';
import type { Code } from './code.ts';
import { OPEN, textsOf } from './code-texts.ts';
import { knownIn, remediesOf } from './remedies.ts';
import { block, type Section, say } from './section.ts';

const CHECKS = 'shared/learner/doctor/checks';
/** What it prints where it cannot even look: plain JavaScript, whose texts all stand in one form. */
const START = 'shared/start.js';
const START_TEXTS =
  /id: '(?<id>[\w.]+)',\s*title: '[^']*',\s*seen: (?:`(?<seen>[^`]*)`|\w+),\s*mend: '(?<mend>[^']*)'/g;
const STATES = { problem: '✗', warning: '!', unknown: '·' };

/** What a check is about: `about(id, title)`. A check whose parts differ, such as ports, has … in its id. */
interface Subject {
  id: string;
  title: string;
  texts: string[];
}

/**
 * One section for each `about(…)` of the doctor's checks, with every problem, warning and unknown it can print.
 *
 * @param variants how a check is printed whose id and title are known only when it runs: "port.…"
 */
export function doctorSections(
  code: Code,
  variants: Record<string, Section['headings'] & {}>,
): Section[] {
  const early = startTexts(readFileSync(join(code.root, START), 'utf8'));
  return code.files([CHECKS]).flatMap((file) => {
    const calls = code.find(file, isCallExpression);
    const abouts = calls.filter(({ expression }) => expression.getText() === 'about');
    const subjects = new Map<Node, Subject>(abouts.map((about) => [about, subjectOf(code, about)]));
    for (const call of calls) {
      const state = stateOf(call);
      const about = state && (abouts.findLast((it) => topOf(it) === topOf(call)) ?? abouts.at(-1));
      if (state && about) subjects.get(about)?.texts.push(...describe(code, call, state));
    }
    return [...subjects.values()].map(({ id, title, texts }) => ({
      ...{ id, title },
      ...(variants[id] && { headings: variants[id] }),
      body: (language) =>
        [
          say(language, 'What it can print:', '可能印出的訊息：'),
          ...new Set([...(early.get(id) ?? []), ...texts]),
        ].join('\n\n'),
    }));
  });
}

/** Id → what is printed before any check is run. */
function startTexts(source: string): Map<string, string[]> {
  const found = [...source.matchAll(START_TEXTS)].map(({ groups = {} }): [string, string[]] => {
    const seen = (groups.seen ?? OPEN).replaceAll(/\$\{[^}]*\}/g, OPEN);
    return [groups.id ?? '', [printed('problem', seen, [groups.mend ?? ''])]];
  });
  return new Map(found);
}

function subjectOf(code: Code, { arguments: [id, title] }: CallExpression): Subject {
  const text = (node?: Node) => (node && textsOf(code, node)[0]) ?? '';
  return { id: text(id), title: text(title), texts: [] };
}

function stateOf({ expression }: CallExpression): keyof typeof STATES | undefined {
  const name = isPropertyAccessExpression(expression) ? expression.name : expression;
  return (Object.keys(STATES) as (keyof typeof STATES)[]).find((state) => name.getText() === state);
}

/** The statement of the file that a node is in. */
const topOf = (node: Node): Node => (node.parent.parent ? topOf(node.parent) : node);

/** As printed: what was seen, and what mends it. */
function describe(code: Code, call: CallExpression, state: keyof typeof STATES): string[] {
  const [seen, mend] = call.arguments;
  if (!seen) return [];
  return knownIn(code, mend).flatMap((known) =>
    textsOf(code, seen, known).map((text) =>
      printed(state, text, mend ? remediesOf(code, mend, known) : []),
    ),
  );
}

function printed(state: keyof typeof STATES, seen: string, mends: string[]): string {
  if (state === 'unknown') return block(`${STATES.unknown} not known: ${seen}`);
  const lines = mends
    .filter(Boolean)
    .map((text, index) => `  ${index ? '        ' : 'mend    '}  ${text}`);
  return block([`${STATES[state]} seen      ${seen}`, ...lines].join('\n'));
}
