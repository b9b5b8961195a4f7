export { DOCS_CHECKS } from './checks.ts';
export { LANGUAGES, type Language, menu, PAGES, type Page } from './pages.ts';
export { siteMarkdown } from './site-markdown.ts';
export {
  checkTroubleshooting,
  makeTroubleshooting,
  troubleshootingPages,
} from './troubleshooting/index.ts';
