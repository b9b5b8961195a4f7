/** Something in the lessons that a maintainer has to fix. */
export interface Finding {
  /** Path from the repository's root, with `/` on every system. */
  file: string;
  /** 1-based. */
  line: number;
  problem: string;
  /** What to do about it. */
  remedy: string;
}

/** The one line that a report prints: `solutions/02-prometheus/hints.md:7  what is wrong  → what to do`. */
export function describeFinding({ file, line, problem, remedy }: Finding): string {
  return `${file}:${line}  ${problem}  → ${remedy}`;
}
