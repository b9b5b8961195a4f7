export {
  checkTroubleshooting,
  makeTroubleshooting,
  troubleshootingPages,
} from './troubleshooting/index.ts';
