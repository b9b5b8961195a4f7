import type { Node } from 'typescript/unstable/ast';
import {
  isElementAccessExpression,
  isIdentifier,
  isNewExpression,
} from 'typescript/unstable/ast/is';
import type { Code } from './code.ts';
import { textsOf } from './code-texts.ts';
import { remediesOf } from './remedies.ts';
import { block, firstLine, type Section, say } from './section.ts';

/** What ends a command, or skips a check, without anybody's work being wrong. */
const KINDS = ['MachineFault', 'CheckSkipped'];

/** There is nothing to do about a check that is skipped. */
const SKIPPED = {
  en: 'This does not end the verdict: the checks that need it are skipped, counted, and never called failed.',
  zh: '判定不會因此結束：需要它的檢查項目會略過並計數，不算失敗。',
};

/** What a verdict can print comes first. */
const FOLDERS = ['shared/engine', 'shared/stack', 'shared/verify', 'solutions', 'shared'];

/** A message with its remedies, as far as the code tells them. */
interface Fault {
  id: string;
  messages: string[];
  next: string[];
}

/** Every `new MachineFault(…)` and `new CheckSkipped(…)` of the code. */
export function faultSections(code: Code): Section[] {
  const faults = new Map<string, Fault>();
  for (const file of new Set(FOLDERS.flatMap((folder) => code.files([folder])))) {
    for (const found of code.find(file, isNewExpression)) {
      if (!KINDS.includes(found.expression.getText())) continue;
      const [id, message, next] = found.arguments ?? [];
      if (!id || !message) continue;
      for (const fault of faultsAt(code, id, message, next)) {
        const { messages, next: remedies } = faults.get(fault.id) ?? { messages: [], next: [] };
        faults.set(fault.id, {
          id: fault.id,
          messages: [...new Set([...messages, ...fault.messages])],
          next: [...new Set([...remedies, ...fault.next])],
        });
      }
    }
  }
  return [...faults.values()].map(sectionOf);
}

/** One id is one fault; an id that is the key of a table is one fault for each message in it. */
function faultsAt(code: Code, id: Node, message: Node, next?: Node): Fault[] {
  const isKey = isIdentifier(id) && isElementAccessExpression(message);
  const ids = isKey ? code.wordsOf(id) : textsOf(code, id);
  return ids.map((word) => {
    const known = { [id.getText()]: word };
    return {
      id: word,
      messages: textsOf(code, message, known),
      next: next ? remediesOf(code, next, known) : [],
    };
  });
}

const sectionOf = ({ id, messages, next }: Fault): Section => ({
  id,
  title: firstLine(messages[0] ?? ''),
  headings: messages.map((title, index) => ({ title, ...(index === 0 && { id }) })),
  body: (language) =>
    [
      ...(next.length === 0 ? [say(language, SKIPPED.en, SKIPPED.zh)] : []),
      ...messages.filter((text) => firstLine(text) !== text).map((text) => block(shortened(text))),
      ...(next.length > 0
        ? [say(language, 'What it says to do:', '它建議的做法：'), block(next.join('\n'))]
        : []),
    ].join('\n\n'),
});

/** Lists go on without end. */
const shortened = (text: string): string => {
  const lines = text.split('\n');
  return lines.length > 4 ? [...lines.slice(0, 4), '…'].join('\n') : text;
};
