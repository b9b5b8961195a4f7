export { doctor } from './doctor.ts';
export { describeReport, type Report } from './report.ts';
