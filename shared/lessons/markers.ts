import { WrongResult } from '../engine/index.ts';
import { describeFinding, type Finding } from './finding.ts';
import type { Line } from './regions.ts';

export type Kind = 'task' | 'given';

/** A marker that cannot be understood. */
export class BrokenMarker extends WrongResult {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(describeFinding(finding), finding.remedy);
    this.finding = finding;
  }
}

/** `// #region task: …`, `// #starter …`, `// #before …` or `// #endregion`; in YAML with `#`. */
interface Marker {
  word: 'region' | 'endregion' | 'starter' | 'before';
  broken(problem: string): BrokenMarker;
  kindAndSentence(): { kind: Kind; sentence: string };
  /** The line that `#starter` or `#before` shows, at the marker's indentation. */
  shownLine(kind: Kind): string;
}

const REMEDIES: Record<Marker['word'], string> = {
  region: 'close one region before the next begins',
  endregion: 'write the #region line that it closes, or remove it',
  starter: 'put it directly below a line "#region task: …"',
  before: 'put it directly below a line "#region given: …"',
};

/** What takes the place of a region in the starter (a task), or in the step before (what is given). */
const REPLACED_BY = { task: 'starter', given: 'before' } as const;

/** How a comment begins in this kind of file; undefined where there can be no markers. */
export function commentOf(file: string): '//' | '#' | undefined {
  if (/\.[mc]?[jt]s$/.test(file)) return '//';
  if (/\.ya?ml$|(^|\/)Dockerfile$/.test(file)) return '#';
  return undefined;
}

/** Reads the markers of one file. A file of a kind without comments has none. */
export function markerReader(file: string) {
  const comment = commentOf(file);
  const pattern = new RegExp(
    `^(?<indent>\\s*)${comment} ?#(?<word>region|endregion|starter|before)\\b ?(?<rest>.*)$`,
  );
  const broken = (line: Line, problem: string, remedy: string) =>
    new BrokenMarker({ file, line: line.number, problem, remedy });

  const read = (line: Line): Marker | undefined => {
    const groups = comment && line.text.match(pattern)?.groups;
    if (!groups) return undefined;
    const { indent = '', rest = '' } = groups;
    const word = groups.word as Marker['word'];
    return {
      word,
      broken: (problem) => broken(line, problem, REMEDIES[word]),
      kindAndSentence() {
        const [, kind = '', sentence = ''] = rest.match(/^(\w*):?\s*(.*?)\s*$/) ?? [];
        if (!Object.hasOwn(REPLACED_BY, kind))
          throw broken(line, `a region of the unknown kind "${kind}"`, 'write task: or given:');
        if (sentence === '')
          throw broken(line, 'a region without text', `say what it is for: #region ${kind}: …`);
        return { kind: kind as Kind, sentence };
      },
      shownLine(kind) {
        const right = REPLACED_BY[kind];
        if (word !== right)
          throw broken(line, `#${word} in a region of kind ${kind}`, `write #${right}`);
        return rest === '' ? '' : indent + rest;
      },
    };
  };
  const unclosed = (start: Line) =>
    broken(start, 'a region that is never closed', 'write #endregion after its last line');
  return Object.assign(read, { unclosed });
}
