export { LANGUAGES, type Language, menu, PAGES, type Page } from './pages.ts';
export { siteMarkdown } from './site-markdown.ts';
