export * from './alert-timing.ts';
export { describeProject } from './compose-project.ts';
export type { ServiceName } from './containers.ts';
export { endOfService, firstFailure } from './first-failure.ts';
export * from './grafana.ts';
export { HttpError, httpClient } from './http.ts';
export type { SlackMessage } from './inbox.ts';
export type { ReplacedFile } from './overrides.ts';
export { removeStack, type Stack, type StackOptions, serversAt, startStack } from './stack.ts';
export { takeDown } from './start-or-clean-up.ts';
export { buildImages, limitTo } from './start-stack.ts';
export { type Wait, waitFor } from './wait-for.ts';

// Not loaded for a verdict: only tests, pictures and the documentation need these.
export const openBrowser = async () => (await import('./browser.ts')).openBrowser();
export const everyImage = async () => (await import('./test-setup.ts')).everyImage();
