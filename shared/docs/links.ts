import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Finding } from '../lessons/index.ts';
import { readText, type Text } from './read-text.ts';

/** Every link of the pages that names a file or a heading in this repository leads to one. */
export async function checkLinks(root: string, texts: Text[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { file, links } of texts) {
    for (const { href, line } of links) {
      if (/^[a-z]+:/i.test(href)) continue;
      const problem = await whatIsWrong(root, file, href);
      if (problem) findings.push({ file, line, problem, remedy: 'fix the link' });
    }
  }
  return findings;
}

async function whatIsWrong(root: string, file: string, href: string): Promise<string | undefined> {
  const [path = '', anchor] = href.split('#');
  const target = path === '' ? file : posix.join(posix.dirname(file), decodeURI(path));
  if (!existsSync(join(root, target))) return `a link to ${target}, which does not exist`;
  if (file.startsWith('docs/') && target.startsWith('solutions/'))
    return `a link to ${target}, and a learner works in steps/`;
  if (anchor === undefined || !target.endsWith('.md')) return undefined;
  const { headings, content } = await readText(root, target);
  const name = decodeURIComponent(anchor);
  if (headings.some((heading) => heading.anchor === name)) return undefined;
  if (content.includes(`id="${name}"`)) return undefined;
  return `a link to #${name}, and ${target} has no such heading`;
}
