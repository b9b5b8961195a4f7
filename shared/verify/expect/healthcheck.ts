import { type ComposeService, expectThat, isYes } from '../files/index.ts';

/**
 * Docker can run the healthcheck, it is not switched off, and it can fail.
 *
 * @param without what happens to this service without one
 * @throws CheckFailure
 */
export function expectHealthcheck(service: ComposeService, without: string): void {
  const { test, where } = service.healthcheck;
  const [first, ...rest] = Array.isArray(test)
    ? test.map(String)
    : ['CMD-SHELL', String(test ?? '')];
  const isOff = first === 'NONE' || isYes(service.get('healthcheck', 'disable'));
  expectThat(!isOff && rest.join('') !== '', {
    expected: 'a healthcheck with a test',
    actual: isOff
      ? 'a healthcheck that is switched off'
      : service.get('healthcheck')
        ? 'a healthcheck without a test'
        : 'no healthcheck',
    where,
    hint: without,
  });
  expectThat(first === 'CMD' || first === 'CMD-SHELL', {
    expected: 'test: [CMD, program, argument, …]',
    actual: `a list that begins with ${first}`,
    where,
    hint: 'The first word of the list says how the rest is run: CMD starts the program as it is, CMD-SHELL gives one line to a shell.',
  });
  const isOneText = first === 'CMD' && rest.length === 1 && /\s/.test(rest[0] ?? '');
  expectThat(!isOneText, {
    expected: 'each word of the command as an entry of its own',
    actual: `one entry: ${rest[0]}`,
    where,
    hint: 'After CMD nobody takes the text apart, so Docker looks for a program whose name has spaces in it.',
  });
  const inShell = rest.length === 3 && /(^|\/)(ba|d)?a?sh$/.test(rest[0] ?? '') && rest[1] === '-c';
  const canBeSeen =
    first === 'CMD-SHELL' || inShell
      ? canFail(rest.at(-1) ?? '')
      : outcomesOf(rest.map((word) => (/\s/.test(word) ? `'${word}'` : word)).join(' ')).fails;
  expectThat(canBeSeen, {
    expected: `a test that fails when ${service.name} does not work`,
    actual: `one that always succeeds: ${(first === 'CMD' && !inShell ? rest.join(' ') : (rest.at(-1) ?? '')).trim()}`,
    where,
    hint: 'Docker looks at the exit code only, and the last command decides it. After `|| exit 0`, `|| true`, `; true` or echo it is always 0; exit 1 says that something is wrong.',
  });
}

interface Outcomes {
  succeeds: boolean;
  fails: boolean;
}

/** Commands and what stands between them; quotes hold theirs together. */
const PARTS = /\|\||&&|[;\n|&]|(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^"'|&;\n\\])+/g;

/** Whether a line of shell may end with another exit code than 0. Programs that are not known may. */
export function canFail(line: string): boolean {
  // Of branches either may be taken.
  if (/\b(if|case|while|until|for)\b/.test(line.replace(/"[^"]*"|'[^']*'/g, ''))) return true;
  const parts = (line.match(PARTS) ?? []).map((part) => (part === '\n' ? ';' : part.trim()));
  let state: Outcomes = { succeeds: true, fails: false };
  let exitFails = false;
  let operator = ';';
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (part === '') continue;
    if (/^(\|\||&&|[;|&])$/.test(part)) {
      operator = part;
      continue;
    }
    // Of a pipe the last command counts.
    if (next === '|') continue;
    const isRun = operator === '||' ? state.fails : operator === '&&' ? state.succeeds : true;
    const before = operator === '||' || operator === '&&' ? state : undefined;
    const rest = {
      succeeds: operator === '||' && state.succeeds,
      fails: operator === '&&' && state.fails,
    };
    const [, code] = part.match(/^[({]*\s*exit\b\s*(\S*?)[)}]*$/) ?? [];
    if (code !== undefined && isRun) {
      if (/^[1-9]/.test(code) || (!/^0/.test(code) && (before ?? state).fails)) exitFails = true;
      state = rest;
    } else {
      // What runs behind the shell's back is not waited for.
      const own =
        next === '&'
          ? { succeeds: true, fails: false }
          : outcomesOf(part.replace(/^[({]+\s*|\s*[)}]+$/g, ''));
      state = {
        succeeds: rest.succeeds || (isRun && own.succeeds),
        fails: rest.fails || (isRun && own.fails),
      };
    }
  }
  return exitFails || state.fails;
}

/** A program that asks nothing cannot be told that something is wrong. */
function outcomesOf(command: string): Outcomes {
  const isAlwaysFine =
    /^(\S*\/)?(true|:|echo|printf|cat|tee|sleep|date|pwd)(\s|$)/.test(command) ||
    /^exit( 0)?$/.test(command) ||
    /\s(--version|--help)$/.test(command) ||
    (/^\S*node\s+(-e|--eval)\s/.test(command) &&
      !/fetch|http|net\b|connect|socket|import|require|exit\([^0)]|exitCode|throw/.test(command));
  return { succeeds: !/^(false|exit [1-9])/.test(command), fails: !isAlwaysFine };
}
