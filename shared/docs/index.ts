export { DOCS_CHECKS } from './checks.ts';
export type { DocsCheck } from './file-checks.ts';
export { pasteOutputs } from './paste.ts';
export { checkTroubleshooting, makeTroubleshooting } from './troubleshooting/index.ts';
