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
  const [, exitCodes] = note.match(/^exits (\d+(?: or \d+)*)$/) ?? [];
  if (note && !exitCodes) return { output: '', failure: `a mark that is not known: ${note}` };
  const command = language === 'promql' ? questions(content) : content;
  return session.run(command, exitCodes?.split(' or ').map(Number));
}

/** The questions of a block, with a blank line between them, as commands. */
const questions = (content: string) =>
  content
    .split(/\n\s*\n/)
    .map((question) => `${ASK} 'query=${question.replaceAll("'", `'\\''`)}'`)
    .join('\n');
