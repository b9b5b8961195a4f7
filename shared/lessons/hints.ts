import type { Language } from '../language.ts';
import type { Finding } from './finding.ts';
import type { Task } from './solution.ts';

/** The three tiers of a hint, from the least to the most. */
export const TIERS: Record<Language, string[]> = {
  en: ['Nudge', 'Concept', 'Almost the code'],
  'zh-TW': ['指個方向', '概念', '幾乎就是答案'],
};

/** The hints of a step, as its folder has them. */
export const HINTS: Record<Language, string> = { en: 'hints.md', 'zh-TW': 'hints.zh-TW.md' };

/** What hints.md says about one task. */
export interface Hint {
  /** The task's sentence. */
  text: string;
  /** 1-based. */
  line: number;
  /** What stands before the tiers: in Chinese the task's sentence. */
  top: string;
  /** Tier → its text, for each tier that has one. */
  tiers: Map<string, string>;
}

/** Compares the hints of a step with its tasks: each task has a hint, each hint all tiers, and a task. */
export function checkHints(
  file: string,
  text: string,
  tasks: Task[],
  language: Language,
): Finding[] {
  const hints = readHints(text);
  const findings: Finding[] = [];
  for (const { sentence, file: place, line } of tasks) {
    if (hints.some((hint) => hint.text === sentence)) continue;
    const remedy = `write it in ${file} below: ## ${sentence}`;
    findings.push({ file: place, line, problem: 'a task without a hint', remedy });
  }
  for (const hint of hints) {
    const at = { file, line: hint.line };
    if (!tasks.some(({ sentence }) => sentence === hint.text)) {
      const remedy = 'give it the exact sentence of the task, or remove it';
      findings.push({ ...at, problem: 'a hint for a task that does not exist', remedy });
    }
    if (language !== 'en' && hint.top.trim() === '') {
      const remedy = 'write it below the English one';
      findings.push({ ...at, problem: "a hint without the task's sentence in Chinese", remedy });
    }
    for (const tier of TIERS[language].filter((name) => !hint.tiers.has(name))) {
      const remedy = `write a text below: ### ${tier}`;
      findings.push({ ...at, problem: `a hint without its tier "${tier}"`, remedy });
    }
  }
  return findings;
}

/** Reads the headings `## task` and `### tier`; a `#` inside a block of code is none. */
export function readHints(text: string): Hint[] {
  const hints: Hint[] = [];
  let tier: string | undefined;
  let inCode = false;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(```|~~~)/.test(line)) inCode = !inCode;
    const [, marks, title = ''] = (!inCode && line.match(/^(#+)\s+(.*?)\s*$/)) || [];
    if (marks === '##') hints.push({ text: title, line: index + 1, top: '', tiers: new Map() });
    const hint = hints.at(-1);
    const tiers = hint?.tiers;
    if (marks) tier = marks === '###' ? title : undefined;
    else if (tier && (line.trim() !== '' || tiers?.has(tier)))
      tiers?.set(tier, `${tiers.get(tier) ?? ''}${line}\n`);
    if (hint && !marks && !tier) hint.top += `${line}\n`;
  }
  return hints;
}
