import { existsSync } from 'node:fs';
import { columns, explanation, localized, localizedPage, padColumns } from '../../language.ts';
import type { Finding, StepUnderTest } from '../files/index.ts';
import type { Result } from './run-checks.ts';
import { STEPS } from './steps.ts';
import type { VerifyEvent } from './verify.ts';

/** Which folder is judged as which step. */
export interface Subject {
  step: string;
  number: number;
  title: string;
  /** As a path from the current folder. */
  directory: string;
}

export interface Verdict extends Subject {
  /** Of the files when they began to be judged: eight characters that change with any byte of any file. */
  contentHash: string;
  /** Every check was asked for, and none failed. */
  solved: boolean;
  passed: number;
  failed: number;
  /** Skipped and not run. */
  skipped: number;
  results: Result[];
  next: string;
}

/** @param complete false when only a part of the checks was asked for; nobody has solved a step by that */
export function summarize(
  subject: Pick<Verdict, keyof Subject | 'contentHash'>,
  results: Result[],
  { files }: StepUnderTest,
  complete: boolean,
): Verdict {
  const count = (...outcomes: Result['outcome'][]) =>
    results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const failed = count('failed');
  const isThere = existsSync(files.directory);
  return {
    ...subject,
    solved: failed === 0 && complete,
    passed: count('passed'),
    failed,
    skipped: count('skipped', 'not run'),
    results,
    next: nextCommand(subject.number, failed, complete, isThere ? files.todo() : undefined),
  };
}

/** The first thing to do in a step. */
export const openLesson = (id: string): string =>
  localized(`open steps/${id}/README.md`, `打開 steps/${id}/README.zh-TW.md`);

function nextCommand(number: number, failed: number, complete: boolean, todo?: string): string {
  const verify = `npm run verify:step-${number}`;
  if (failed > 0)
    return localized(
      `fix what is named above, save, and run  ${verify}   (stuck? npm run hint ${number})`,
      `修正上面指出的地方，存檔，再執行  ${verify}   （卡住了？npm run hint ${number}）`,
    );
  if (complete) return STEPS[number] ? openLesson(STEPS[number]) : 'npm run demo';
  return todo
    ? localized(
        `${verify}   (this judges the whole step; ${todo} still says TODO)`,
        `${verify}   （這個指令驗證整個步驟；${todo} 裡還寫著 TODO）`,
      )
    : verify;
}

/** The same for whoever has edited this file of the solution, and nothing of the step. */
export const nextAfterEditing = (file: string, number: number, id: string): string =>
  localized(
    `you have edited ${file}, but this judges steps/${id}, where nothing is edited: work there, then  npm run verify:step-${number}`,
    `你改的是 ${file}，而這裡驗證的是 steps/${id}，那裡什麼都沒改：請在那裡修改，再執行  npm run verify:step-${number}`,
  );

/** Columns of the report; it reads well on a projector and in a narrow terminal. */
const WIDTH = 80;

/** What a learner reads of one event. Nothing of a check that was not run: the end counts them. */
export function describeEvent(event: VerifyEvent): string | undefined {
  if ('start' in event) return headline(event.start);
  if ('result' in event)
    return event.result.outcome === 'not run' ? undefined : describeResult(event.result);
  if ('files' in event) return undefined;
  return 'verdict' in event ? describeEnd(event.verdict) : event.notice;
}

const headline = ({ number, title, directory }: Pick<Verdict, 'number' | 'title' | 'directory'>) =>
  bothEnds(localized(`Step ${number} · ${title}`, `第 ${number} 步 · ${title}`), directory);

const SKIPPED = { skipped: '略過', 'not run': '未執行' } as Record<Result['outcome'], string>;

/** One check: a line, and, when it failed, what a learner needs to act. */
export function describeResult(result: Result): string {
  const { outcome, title, task, seconds, finding, reason, more, cached } = result;
  const end = task === undefined ? '' : localized(`task ${task}`, `任務 ${task}`);
  if (outcome === 'passed')
    return bothEnds(
      `  ✓ ${title}`,
      cached ? localized('as before', '沿用上次') : `${seconds.toFixed(1)} s`,
    );
  if (outcome === 'failed')
    return [bothEnds(`  ✗ ${title}`, end), ...alignedLines({ ...finding, more })].join('\n');
  const why = `      ${localized(`${outcome}: ${reason}`, `${SKIPPED[outcome]}：${reason?.replace('needs: ', '要先通過 ')}`)}`;
  return [bothEnds(`  · ${title}`, end), why, ...alignedLines({ more })].join('\n');
}

/** Of a failed check, in this order; what is not there gives no line. */
function alignedLines(parts: Partial<Finding> & { more: string | undefined }): string[] {
  const { expected, actual, where, hint } = parts;
  const [meaning, more] = [explanation(parts.more), parts.more && localizedPage(parts.more)];
  const lines = { expected, actual, where, 說明: meaning, hint, more };
  return Object.entries(lines).flatMap(([name, text]) =>
    text === undefined
      ? []
      : `      ${padColumns(name, 9)} ${text.trim().replaceAll('\n', `\n${' '.repeat(16)}`)}`,
  );
}

/** Names a server that runs no longer when this is read. */
const LOOK = /http:\/\/localhost:\d|docker compose (exec|logs)/;

/** The last lines: how to look where a hint says, how many were not run, counts, and the one next command. */
function describeEnd(verdict: Verdict): string {
  const { passed, failed, skipped, results, next, directory } = verdict;
  const look = localized(
    `To look at the servers: docker compose up --detach --build --wait   (in ${directory})`,
    `要看伺服器：在 ${directory} 執行 docker compose up --detach --build --wait`,
  );
  const notRun = results.filter(({ outcome }) => outcome === 'not run').length;
  const checks = notRun === 1 ? '1 check not run: it needs' : `${notRun} checks not run: they need`;
  const why = localized(
    `${checks} what is named above`,
    `${notRun} 個檢查未執行：要先通過上面指出的項目`,
  );
  const counts = localized(
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
    `通過 ${passed}，失敗 ${failed}，略過 ${skipped}`,
  );
  return [
    ...(results.some(({ finding }) => LOOK.test(finding?.hint ?? '')) ? [`  · ${look}`] : []),
    ...(notRun ? [`  · ${why}`] : []),
    ...[counts, `next: ${next}`],
  ].join('\n');
}

function bothEnds(left: string, right: string): string {
  if (right === '') return left;
  return left + ' '.repeat(Math.max(2, WIDTH - columns(left) - columns(right))) + right;
}
