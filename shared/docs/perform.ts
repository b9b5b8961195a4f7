import type { Block } from './read-text.ts';
import type { Ran, Session } from './session.ts';

/** The question of a page, put to the Prometheus that its reader has. */
const ASK =
  'curl --fail-with-body --silent --show-error --get localhost:9090/api/v1/query --data-urlencode';

export const isCommand = ({ language }: Block) => language === 'sh' || language === 'promql';

export const isMarked = ({ note }: Block) => /^no-run: \S/.test(note);

/** Does what a block says, as its mark says. */
export async function perform(session: Session, { language, note, content }: Block): Promise<Ran> {
  if (note === 'stays') {
    session.start(content);
    return { output: '' };
  }
  if (content === 'Ctrl-C') return session.interrupt();
  const [, exitCode] = note.match(/^exits (\d+)$/) ?? [];
  if (note && !exitCode) return { output: '', failure: `a mark that is not known: ${note}` };
  return session.run(language === 'promql' ? questions(content) : content, Number(exitCode ?? 0));
}

/** The questions of a block, with a blank line between them, as commands. */
const questions = (content: string) =>
  content
    .split(/\n\s*\n/)
    .map((question) => `${ASK} 'query=${question.replaceAll("'", `'\\''`)}'`)
    .join('\n');
