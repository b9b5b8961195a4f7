export { DOCS_CHECKS } from './checks.ts';
export { checkTroubleshooting, makeTroubleshooting } from './troubleshooting/index.ts';
