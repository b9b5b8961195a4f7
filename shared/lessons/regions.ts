import { commentOf, type Kind, markerReader } from './markers.ts';

/** A line of a file, with its 1-based number in the solution's file. */
export interface Line {
  text: string;
  number: number;
}

/** A part of a solution's file that one step adds: by the learner (`task`), or by us (`given`). */
interface Region {
  kind: Kind;
  /** The task's sentence; or why it is given. */
  text: string;
  /** The line of `#region`. */
  start: Line;
  /** The lines after `#starter` or `#before`, at the region's indentation. */
  instead: Line[];
  body: Line[];
}

/** A file from top to bottom: lines, and regions among them. */
export type Part = Line | Region;

/** @throws BrokenMarker with the file and line of a marker that cannot be understood */
export function parseRegions(file: string, text: string): Part[] {
  const read = markerReader(file);
  const parts: Part[] = [];
  let open: Region | undefined;
  for (const [index, lineText] of text.split(/\r?\n/).entries()) {
    const line = { text: lineText, number: index + 1 };
    const marker = read(line);
    if (!marker) (open?.body ?? parts).push(line);
    else if (marker.word === 'region') {
      if (open) throw marker.broken(`a region inside the region of line ${open.start.number}`);
      const { kind, sentence } = marker.kindAndSentence();
      open = { kind, text: sentence, start: line, instead: [], body: [] };
      parts.push(open);
    } else if (!open) throw marker.broken('this marker stands outside every region');
    else if (marker.word === 'endregion') open = undefined;
    else if (open.body.length > 0) throw marker.broken(`#${marker.word} below the region's body`);
    else open.instead.push({ ...line, text: marker.shownLine(open.kind) });
  }
  if (open) throw read.unclosed(open.start);
  return parts;
}

export function isRegion(part: Part): part is Region {
  return 'body' in part;
}

/** The finished file: no markers. Later steps inherit it. */
export function asSolved(parts: Part[]): Line[] {
  return parts.flatMap((part) => (isRegion(part) ? part.body : part));
}

/** What the file was in the step before: every region's own replacement, which is mostly nothing. */
export function asBefore(parts: Part[]): Line[] {
  return parts.flatMap((part) => (isRegion(part) ? part.instead : part));
}

/** What the learner starts from: a TODO for each task, and what is given. */
export function asStarter(parts: Part[], file: string): Line[] {
  const comment = commentOf(file);
  return parts.flatMap((part) => {
    if (!isRegion(part)) return part;
    if (part.kind === 'given') return part.body;
    const indent = part.start.text.match(/^\s*/)?.[0] ?? '';
    const todo = { ...part.start, text: `${indent}${comment} TODO: ${part.text}` };
    if (part.instead.length > 0) return [todo, ...part.instead];
    return [...edge(part.body), todo, ...edge(part.body.toReversed())];
  });
}

/** The empty lines at the beginning: they set a TODO apart from its neighbours, as they did with the body. */
function edge(lines: Line[]): Line[] {
  const first = lines.findIndex(({ text }) => text.trim() !== '');
  return lines.slice(0, Math.max(first, 0));
}

export function render(lines: Line[]): string {
  return lines.map(({ text }) => text).join('\n');
}
