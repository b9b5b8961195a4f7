/**
 * A block shows what a command prints when its note says so. A line `…` stands for what is left out.
 *
 * - `output`: of the command before it
 * - `output of what stays`: of the program in the other terminal; awaited until its last line is there
 * - `output of npm run demo`: of that command, on whichever page it was run before
 * - `output of one machine`: of the command before it; depends on the machine, so it is not compared
 */
export function readNote(note: string) {
  const [isOutput, of] = note.match(/^output(?: of (.+))?$/) ?? [];
  if (!isOutput) return undefined;
  const isCompared = of !== 'one machine';
  const stays = of === 'what stays';
  return { stays, isCompared, command: isCompared && !stays ? of : undefined };
}

/** A line without what differs from run to run: numbers, hashes, times, and the spaces that make room for them. */
export const bare = (line: string): string =>
  line
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\b(?=[a-f]*\d)[\da-f]{8}\b/g, '#')
    .replaceAll(/\d+(?:[.,:T-]\d+)*Z?/g, '#')
    .replaceAll(/# [AP]M\b/g, '#')
    .trim();

/**
 * The block as this run would show it. Each piece between two lines `…` keeps its first and its last line, and is otherwise
 * what was printed between them.
 *
 * @returns undefined where nothing was printed that begins and ends like a piece
 */
export function renew(shown: string, printed: string): string | undefined {
  const lines = trim(printed).split('\n');
  const pieces = shown.trimEnd().split(/^(\s*…)$\n?/m);
  if (!trim(printed)) return undefined;
  let from = 0;
  const renewed: string[] = [];
  for (const [index, piece] of pieces.entries()) {
    // What was split at stands between the pieces.
    const isLeftOut = index % 2 === 1;
    if (isLeftOut) renewed.push(piece);
    if (isLeftOut || (!trim(piece) && pieces.length > 1)) continue;
    const isAt = { begin: index === 0, end: index === pieces.length - 1 };
    const place = findPiece(lines.slice(from), trim(piece).split('\n'), isAt);
    if (!place) return undefined;
    renewed.push(...lines.slice(from + place.first, from + place.last + 1));
    from += place.last + 1;
  }
  return `${renewed.join('\n')}\n`;
}

const trim = (text: string) => text.replaceAll(/^\n+|\s+$/g, '');

/** Where a piece begins and ends: at its first and its last line, which may be printed several times. */
function findPiece(lines: string[], piece: string[], isAt: { begin: boolean; end: boolean }) {
  const places = (line = '') => lines.flatMap((other, at) => (isLike(other, line) ? at : []));
  const times = (line = '') => piece.filter((other) => isLike(other, line)).length;
  const begins = places(piece[0]);
  const first = isAt.begin ? 0 : isAt.end ? begins.at(-times(piece[0])) : begins[0];
  const ends = places(piece.at(-1)).filter((at) => at >= (first ?? 0));
  const last = isAt.end ? lines.length - 1 : ends[times(piece.at(-1)) - 1];
  return first === undefined || last === undefined ? undefined : { first, last };
}

const isLike = (one: string, other: string) => bare(one) === bare(other);

/** What a page shows and the command does not print, or the reverse. @returns the first such line with the side it stands on */
export function findDifference(shown: string, printed: string): string | undefined {
  const renewed = renew(shown, printed);
  const [before, now] = [shown, renewed ?? printed].map((text) => text.split('\n'));
  const isSomewhere = (line: string) => now?.some((other) => isLike(other, line));
  const gone = before?.find((line) => /[^\s…]/.test(line) && !isSomewhere(line));
  if (gone !== undefined) return `it is not printed: ${gone.trim()}`;
  if (renewed === undefined) return 'nothing is printed that begins and ends like this';
  const added = now?.find((line) => !before?.some((other) => isLike(other, line)));
  return added === undefined ? undefined : `it is printed, and not shown: ${added.trim()}`;
}
