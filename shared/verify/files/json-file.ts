import { fail } from './finding.ts';

/** @throws CheckFailure with the line when the text is not JSON */
export function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = (error as Error).message;
    return fail({
      expected: 'JSON that parses',
      actual: message.replace(/ in JSON at position.*| \(line.*/s, ''),
      where: `${path}:${findErrorLine(message, text)}`,
      hint: 'JSON wants a comma between two entries, none after the last one, and no comments. Inside a text a " is written \\", and a text stands on one line.',
    });
  }
}

/** V8 names the position of most errors; without one the text ended too early. */
function findErrorLine(message: string, text: string): number {
  const position = Number(message.match(/position (\d+)/)?.[1] ?? text.length);
  return text.slice(0, position).split('\n').length;
}
