export * from './alert-timing.ts';
export { openBrowser } from './browser.ts';
export { takeDown } from './compose-project.ts';
export type { GrafanaClient } from './grafana.ts';
export type { ReplacedFile } from './overrides.ts';
export type { ServiceName } from './ports.ts';
export type { SlackMessage } from './slack-inbox.ts';
export { type Stack, type StackOptions, startStack } from './stack.ts';
export { waitFor } from './wait-for.ts';
