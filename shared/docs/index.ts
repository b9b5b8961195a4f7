export { DOCS_CHECKS, type DocsCheck } from './checks.ts';
export { PAGES } from './pages.ts';
export { pasteOutputs } from './paste.ts';
export { serveSite } from './site.ts';
export { stamp } from './translations.ts';
export { checkTroubleshooting, makeTroubleshooting } from './troubleshooting/index.ts';
