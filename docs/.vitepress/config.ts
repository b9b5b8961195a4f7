import { join } from 'node:path';
import { defineConfig } from 'vitepress';
// Not by the room's door: VitePress bundles what this file imports, and behind the door are also all checks.
import { menu, PAGES } from '../../shared/docs/pages.ts';
import { siteMarkdown } from '../../shared/docs/site-markdown.ts';
import type { Language } from '../../shared/language.ts';

const ROOT = join(import.meta.dirname, '..', '..');

const addresses = new Map(PAGES.map(({ file, address }) => [file, address]));

export default defineConfig({
  // Pages lie where they belong: a lesson beside its code, the rest in docs.
  srcDir: '..',
  srcExclude: ['{node_modules,shared,steps,.workshop}/**', 'CONTRIBUTING.md'],
  rewrites: (file) => addresses.get(file) ?? file,

  // Every address is relative: the same files work on GitHub Pages, in any folder, and without the internet.
  base: './',
  // These lead to the learner's own servers.
  ignoreDeadLinks: 'localhostLinks',
  vite: { logLevel: 'warn', build: { chunkSizeWarningLimit: 4_000 } },
  title: 'Monitoring workshop',
  markdown: {
    config: siteMarkdown,
    languageAlias: { promql: 'txt' },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  locales: {
    root: { label: 'English', lang: 'en', themeConfig: theme('en') },
    'zh-TW': {
      label: '繁體中文',
      lang: 'zh-TW',
      title: '監控工作坊',
      themeConfig: {
        ...theme('zh-TW'),
        outline: { label: '本頁內容', level: [2, 3] },
        docFooter: { prev: '上一頁', next: '下一頁' },
        sidebarMenuLabel: '目錄',
        returnToTopLabel: '回到頁首',
        darkModeSwitchLabel: '外觀',
        lightModeSwitchTitle: '切換為淺色',
        darkModeSwitchTitle: '切換為深色',
        langMenuLabel: '切換語言',
        skipToContentLabel: '跳到內容',
      },
    },
  },
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        miniSearch: { options: { tokenize } },
        locales: {
          'zh-TW': {
            translations: {
              button: { buttonText: '搜尋', buttonAriaLabel: '搜尋' },
              modal: {
                displayDetails: '顯示詳細內容',
                resetButtonTitle: '清除',
                backButtonTitle: '關閉',
                noResultsText: '找不到：',
                footer: { selectText: '開啟', navigateText: '移動', closeText: '關閉' },
              },
            },
          },
        },
      },
    },
  },
});

function theme(language: Language) {
  return { sidebar: menu(ROOT, language), outline: { level: [2, 3] as [number, number] } };
}

/** Chinese has no spaces between its words. Runs in the browser, so it uses nothing from outside. */
function tokenize(text: string): string[] {
  const words = new Intl.Segmenter('zh-TW', { granularity: 'word' }).segment(text);
  return [...words].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}
