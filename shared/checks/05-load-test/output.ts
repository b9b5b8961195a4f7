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

/** The first number after a label, in each line that has both; option names and shares aside. */
function readAll(output: string, label: RegExp): { value: number; unit: string }[] {
  const lines = output.split(/[\r\n]+/).map((line) => line.replaceAll(/--[\w-]+/g, ''));
  const pattern = new RegExp(
    `${label.source}[^\\d\\n]*?(\\d+(?:\\.\\d+)?)(?!\\.?\\d|\\s*%)\\s*(m?s\\b)?`,
    'i',
  );
  return lines.flatMap((line) => {
    const [, value, unit = ''] = line.match(pattern) ?? [];
    return value === undefined ? [] : { value: Number(value), unit };
  });
}

/** The numbers of all lines with a label: more than one line may speak of errors. */
export const readNumbers = (output: string, label: RegExp): number[] =>
  readAll(output, label).map(({ value }) => value);

/** A latency of the summary, which comes last. */
export function readMilliseconds(output: string, label: RegExp): number | undefined {
  const found = readAll(output, label).at(-1);
  return found && found.value * (found.unit === 's' ? 1_000 : 1);
}

/** Every number on a line of the summary about requests per second: no address, and not why a run has failed. */
export const rates = (output: string): number[] =>
  output
    .split('\n')
    .filter((line) => /(\/ ?|per )s(ec(onds?)?)?\b/i.test(line) && !/http|^Failed:/.test(line))
    .flatMap((line) => (line.match(/\d+(?:\.\d+)?/g) ?? []).map(Number));
