import { readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { ROOT } from '../root.ts';
import { PAGES } from './pages.ts';

/**
 * What the pages need beyond Markdown. In the repository a link names a file, so that it works on GitHub too: on the site
 * it leads to that file's page. A drawing becomes a part of the page, so that its boxes can be links and its
 * colours follow the page.
 */
export function siteMarkdown(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('links-to-pages', ({ tokens, env }) => {
    let isLink = true;
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === 'link_open') {
        const link = linkOnSite(fileOf(env), token.attrGet('href') ?? '');
        isLink = link !== undefined;
        if (link) token.attrSet('href', link);
      }
      // A file that is no page is named, and leads nowhere.
      if (token.type.startsWith('link_') && !isLink)
        Object.assign(token, { type: 'text', nesting: 0 });
    }
  });

  // Vue would compute what stands in double braces; in these pages it is a template of Alertmanager or Grafana.
  for (const name of ['text', 'code_inline'] as const) {
    const rule = markdown.renderer.rules[name];
    markdown.renderer.rules[name] = (...given) =>
      (rule?.(...given) ?? '').replaceAll('{{', '&#123;&#123;');
  }

  // Chinese has no spaces between words, so the end of a line in the file must not become one.
  markdown.renderer.rules.softbreak = (tokens, index) => {
    const [before = '', after = ''] = [tokens[index - 1]?.content, tokens[index + 1]?.content];
    return CHINESE_END.test(before) || CHINESE_START.test(after) ? '' : '\n';
  };

  const image = markdown.renderer.rules.image;
  markdown.renderer.rules.image = (tokens, index, options, env, self) => {
    const source = tokens[index]?.attrGet('src') ?? '';
    if (!source.endsWith('.svg') || !image) return image?.(tokens, index, options, env, self) ?? '';
    const depth = env.relativePath.split('/').length - 1;
    return drawing(
      readFileSync(resolve(dirname(fileOf(env)), source), 'utf8'),
      '../'.repeat(depth),
    );
  };
}

/** After a full stop and the like there is no space, whatever follows; nor between two Chinese characters. */
const PUNCTUATION = '、-〟！-～';
const CHINESE_END = new RegExp(`[${PUNCTUATION}]$`);
const CHINESE_START = new RegExp(`^[${PUNCTUATION}]`);

/** VitePress names the file that it renders here. */
const fileOf = ({ realPath, path }: { realPath?: string; path?: string }) => realPath ?? path ?? '';

function linkOnSite(file: string, href: string): string | undefined {
  if (/^([a-z]+:|#|\/)/i.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  const target = relative(ROOT, resolve(dirname(file), path))
    .split(sep)
    .join('/');
  const page = pageAt(target);
  return page && `/${page.address}${anchor ? `#${anchor}` : ''}`;
}

/** Starters are copies: the page of their lesson is the solution's. A folder is its README. */
function pageAt(target: string) {
  const original = target.replace(/^steps\//, 'solutions/');
  return PAGES.find(({ file }) => file === original || file === `${original}/README.md`);
}

/**
 * A page may be dark where the system is not, so what a drawing asks the system, it asks the page.
 *
 * @param top leads from the page to the site's first page
 */
function drawing(svg: string, top: string): string {
  const [, name] = svg.match(/<svg[^>]* id="([\w-]+)"/) ?? [];
  const ofPage = svg.replaceAll('@media (prefers-color-scheme: dark)', '.dark &');
  return ofPage
    .replaceAll(/href="\/([^"#]+)/g, `href="${top}$1.html`)
    .replaceAll('<style>', `<component is="style">#${name} {`)
    .replaceAll('</style>', '}</component>')
    .replaceAll(/<!--.*?-->/gs, '')
    .replaceAll(/\n\s*\n/g, '\n');
}
