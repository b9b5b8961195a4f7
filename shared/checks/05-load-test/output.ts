import { MAIN, type ProgramRun, TRIED_TO_CONNECT } from './program.ts';

/** The line of an error message that says what is wrong, without places and numbers that differ from run to run. */
export function describeError({ stdout, stderr, exitCode, killed }: ProgramRun): string {
  if (killed) return 'it does not end';
  if (exitCode === TRIED_TO_CONNECT) return 'it tried to connect';
  const lines = (stderr || stdout).split('\n').filter((line) => line.trim());
  const line = lines.find((text) => /^\s*(\w*Error|.*: ERROR)\b/.test(text)) ?? lines[0];
  const message = line?.trim().replaceAll(/(file:\/\/)?\/\S*\/(?=load-test\/)/g, '');
  return `exit code ${exitCode}${message ? `: ${message}` : ', and no message'}`;
}

/** The place in the load test that an error names, else its first file. */
export function whereOfError({ stderr }: ProgramRun): string {
  const [, file, line] = stderr.match(/\/(load-test\/[\w.-]+\.ts):(\d+)/) ?? [];
  return file ? `${file}:${line}` : MAIN;
}

/** The first number after a label, in the last line that has both; option names and progress aside. */
export function read(output: string, label: RegExp): { value: number; unit: string } | undefined {
  const lines = output.split(/[\r\n]+/).map((line) => line.replaceAll(/--[\w-]+/g, ''));
  const pattern = new RegExp(`${label.source}[^\\d\\n]*?(\\d+(?:\\.\\d+)?)\\s*(m?s\\b)?`, 'i');
  for (const line of lines.reverse()) {
    const [, value, unit = ''] = line.match(pattern) ?? [];
    if (value !== undefined) return { value: Number(value), unit };
  }
  return undefined;
}

/** A latency of the summary. */
export function readMilliseconds(output: string, label: RegExp): number | undefined {
  const found = read(output, label);
  return found && found.value * (found.unit === 's' ? 1_000 : 1);
}

/** Every number on a line about requests per second, addresses aside. */
export const rates = (output: string): number[] =>
  output
    .split('\n')
    .filter((line) => /\/s\b|per second/i.test(line) && !line.includes('http'))
    .flatMap((line) => (line.match(/\d+(?:\.\d+)?/g) ?? []).map(Number));
