// Where the lesson's program is written.
export const APP = 'app/create-app.ts';
export const METRICS = 'app/metrics.ts';
