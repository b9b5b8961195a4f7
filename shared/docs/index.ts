export { DOCS_CHECKS } from './checks.ts';
export type { DocsCheck } from './file-checks.ts';
export { PAGES } from './pages.ts';
export { pasteOutputs } from './paste.ts';
export { serveSite } from './site.ts';
export { stamp } from './translations.ts';
export { checkTroubleshooting, makeTroubleshooting } from './troubleshooting/index.ts';
