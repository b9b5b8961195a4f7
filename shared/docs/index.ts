export { DOCS_CHECKS } from './checks.ts';
export type { DocsCheck } from './file-checks.ts';
export { PAGES } from './pages.ts';
export { pasteOutputs } from './paste.ts';
export { stamp } from './translations.ts';
export { checkTroubleshooting, makeTroubleshooting } from './troubleshooting/index.ts';

// VitePress takes a second to load.
export const serveSite = async (root: string) => (await import('./site.ts')).serveSite(root);
