export { SUBJECTS } from './catalogue.ts';
export { imagesOfSteps, neededForClass } from './compose-files.ts';
export { doctor } from './doctor.ts';
export type { Seen } from './finding.ts';
export { describeReport, type Report } from './report.ts';
