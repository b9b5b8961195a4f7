import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMarkdownRenderer, type MarkdownRenderer } from 'vitepress';

/** A piece of a Markdown file, and the line where it stands, 1-based. */
interface Place {
  line: number;
}

/** A block of code: ```` ```sh no-run: it opens a browser ````. */
export interface Block extends Place {
  language: string;
  /** What stands behind the language. */
  note: string;
  content: string;
}

/** What the checks ask of a Markdown file. */
export interface Text {
  /** Path from the repository's root. */
  file: string;
  headings: (Place & { level: number; anchor: string })[];
  links: (Place & { href: string })[];
  blocks: Block[];
  /** What stands in backticks. */
  code: (Place & { content: string })[];
  /** The whole file. */
  content: string;
}

/** `<!-- sh: … -->` and `<!-- sh exits 1: … -->` do what the sentences around them say in words. */
const HIDDEN = /^<!-- sh(?: (exits \d+))?:\s+(.*?)\s*-->/s;

let renderer: Promise<MarkdownRenderer> | undefined;

/** Reads a Markdown file as the site does, so that headings have the same anchors. */
export async function readText(root: string, file: string): Promise<Text> {
  renderer ??= createMarkdownRenderer(root);
  const content = (await readFile(join(root, file), 'utf8')).replaceAll('\r\n', '\n');
  const page = { path: join(root, file), relativePath: file, content };
  const tokens = (await renderer).parse(content, page);
  // The renderer takes the front matter off, and counts without it.
  const skipped = content.slice(0, content.lastIndexOf(page.content)).split('\n').length - 1;
  const text: Text = { file, headings: [], links: [], blocks: [], code: [], content };
  let line = 1;
  for (const { type, tag, info, content: inside, map, attrs, children } of tokens) {
    // The cell of a table has no line of its own.
    if (map) line = skipped + map[0] + 1;
    if (type === 'fence') {
      const [, language = '', note = ''] = info.match(/^(\S*)\s*(.*)$/) ?? [];
      text.blocks.push({ line, language, note, content: inside });
    }
    const [, note = '', hidden] = type === 'html_block' ? (inside.match(HIDDEN) ?? []) : [];
    if (hidden) text.blocks.push({ line, language: 'sh', note, content: hidden });
    if (type === 'heading_open') {
      const anchor = attrs?.find(([name]) => name === 'id')?.[1] ?? '';
      text.headings.push({ line, level: Number(tag.slice(1)), anchor });
    }
    for (const child of children ?? []) {
      const href = child.attrGet(child.type === 'image' ? 'src' : 'href');
      const isOfHeading = child.attrGet('class') === 'header-anchor';
      if (href && !isOfHeading) text.links.push({ line, href });
      if (child.type === 'code_inline') text.code.push({ line, content: child.content });
    }
  }
  return text;
}
