import type { Node } from 'typescript/unstable/ast';
import {
  isAsExpression,
  isAwaitExpression,
  isCallExpression,
  isConditionalExpression,
  isElementAccessExpression,
  isIdentifier,
  isNoSubstitutionTemplateLiteral,
  isObjectLiteralExpression,
  isParenthesizedExpression,
  isPropertyAssignment,
  isStringLiteral,
  isTemplateExpression,
} from 'typescript/unstable/ast/is';
import type { Code } from './code.ts';

/** Stands for a part of a text that is known only when it is printed. */
export const OPEN = '…';

/** Source text of an expression → the one word that it is taken for. */
export type Known = Record<string, string>;

/** Every text that an expression can be; what only a run can tell stands in it as OPEN. */
export function textsOf(code: Code, node: Node, known: Known = {}): string[] {
  const again = (inner: Node) => textsOf(code, inner, known);
  const word = known[node.getText()];
  if (word !== undefined) return [word];
  if (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (isParenthesizedExpression(node) || isAwaitExpression(node) || isAsExpression(node))
    return again(node.expression);
  if (isConditionalExpression(node)) return [...again(node.whenTrue), ...again(node.whenFalse)];
  if (isTemplateExpression(node)) {
    const parts = node.templateSpans.map(({ expression, literal }) =>
      again(expression).map((text) => text + literal.text),
    );
    const whole = parts.reduce(
      (starts, ends) => starts.flatMap((start) => ends.map((end) => start + end)),
      [node.head.text],
    );
    return whole.map((text) => text.replaceAll(/…+/g, OPEN));
  }
  if (isElementAccessExpression(node)) return valuesOf(code, node, known);
  const name = isCallExpression(node) ? node.expression : node;
  const meaning = isIdentifier(name) && code.meaningOf(name);
  return meaning ? textsOf(code, meaning, known) : [OPEN];
}

/** What a table has under a key: each value that the key's type allows. */
function valuesOf(code: Code, node: Node, known: Known): string[] {
  if (!isElementAccessExpression(node)) return [OPEN];
  let table: Node | undefined = code.meaningOf(node.expression);
  if (table && isAsExpression(table)) table = table.expression;
  if (!table || !isObjectLiteralExpression(table)) return [OPEN];
  const key = node.argumentExpression;
  const word = known[key.getText()];
  const wanted = word === undefined ? code.wordsOf(key) : [word];
  return table.properties.flatMap((property) => {
    if (!isPropertyAssignment(property)) return [];
    const name = property.name.getText().replaceAll(/['"]/g, '');
    return wanted.includes(name) ? textsOf(code, property.initializer, known) : [];
  });
}
