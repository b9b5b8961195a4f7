export { SUBJECTS } from './catalogue.ts';
export { doctor } from './doctor.ts';
export type { Seen } from './finding.ts';
export { finishedStack } from './finished-stack.ts';
export { describeReport, type Report } from './report.ts';
