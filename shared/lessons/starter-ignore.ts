import { BrokenMarker } from './markers.ts';

/** A file that the learner creates from nothing. */
export interface FromNothing {
  path: string;
  /** The task's sentence. */
  sentence: string;
  /** Its line in .starterignore. */
  line: number;
}

/**
 * Reads a `.starterignore`: one file a line with its task, `grafana/dashboards/web.json  # task: …`.
 * Empty lines and lines that begin with `#` do not count.
 *
 * @param file its own path, for messages
 * @throws BrokenMarker
 */
export function parseStarterIgnore(file: string, text: string): FromNothing[] {
  return text.split(/\r?\n/).flatMap((content, index) => {
    if (content.trim() === '' || content.startsWith('#')) return [];
    const line = index + 1;
    const [, path, sentence] = content.match(/^(\S+)\s+# task:\s*(\S.*?)\s*$/) ?? [];
    if (path && sentence) return { path, sentence, line };
    throw new BrokenMarker({
      file,
      line,
      problem: 'a file without a task',
      remedy: `write: ${content.split('#')[0]?.trim()}  # task: …`,
    });
  });
}
