export { diffBetween, diffWithSolution } from './diff.ts';
export { exportDashboards } from './export-dashboard.ts';
export { goTo } from './goto.ts';
export { hint } from './hint.ts';
export { withLock } from './lock.ts';
export { currentStep, describeOverview, overview } from './overview.ts';
export { reset } from './reset.ts';
export { listSnapshots, undo } from './undo.ts';
