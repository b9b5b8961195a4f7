export { doctor } from './doctor.ts';
export { finishedStack } from './finished-stack.ts';
export { describeReport, type Report } from './report.ts';
