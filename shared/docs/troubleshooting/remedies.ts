import type { Node } from 'typescript/unstable/ast';
import { isAwaitExpression, isCallExpression, isIdentifier } from 'typescript/unstable/ast/is';
import { ADVICE } from '../../engine/index.ts';
import type { Code } from './code.ts';
import { type Known, textsOf } from './code-texts.ts';

/** For each word that the `adviceFor(word)` of a remedy can be called with, that the word is this one. */
export function knownIn(code: Code, remedy: Node | undefined): Known[] {
  const topic = remedy && adviceTopic(code, remedy);
  if (!topic) return [{}];
  const words = code.wordsOf(topic);
  return words.map((word) => ({ [topic.getText()]: word }));
}

/** Every remedy that an expression can be; on which operating systems, where they differ. */
export function remediesOf(code: Code, node: Node, known: Known = {}): string[] {
  const topic = adviceTopic(code, node);
  if (!topic) return textsOf(code, node, known);
  const words = known[topic.getText()] ?? code.wordsOf(topic);
  return [words].flat().flatMap(adviceAbout);
}

/** The word in `adviceFor(word)`, also where the call has a name. */
function adviceTopic(code: Code, node: Node): Node | undefined {
  if (isAwaitExpression(node)) return adviceTopic(code, node.expression);
  if (isCallExpression(node) && node.expression.getText() === 'adviceFor') return node.arguments[0];
  const meaning = isIdentifier(node) && code.meaningOf(node);
  return meaning ? adviceTopic(code, meaning) : undefined;
}

function adviceAbout(word: string): string[] {
  const remedies = new Map<string, string[]>();
  for (const [system, table] of Object.entries(ADVICE)) {
    const text = (table as Record<string, string>)[word] ?? '';
    remedies.set(text, [...(remedies.get(text) ?? []), system]);
  }
  if (remedies.size === 1) return [...remedies.keys()];
  return [...remedies].map(([text, names]) => `${text}   (${names.join(', ')})`);
}
