import { onDesktop } from '../../engine/index.ts';

export const RESTART_DESKTOP = {
  macos: `osascript -e 'quit app "Docker Desktop"'; open -a Docker`,
  windows: 'wsl --shutdown, then start Docker Desktop again',
};
export const SET_CLOCK = {
  linux: 'sudo timedatectl set-ntp true, on the machine that runs the engine as well',
  ...RESTART_DESKTOP,
};
export const FREE_DISK = {
  linux: 'docker system prune',
  ...onDesktop('docker system prune, or Docker Desktop → Settings → Resources → Disk usage limit'),
};
const EXPORT_NO_PROXY =
  'export NO_PROXY="127.0.0.1,localhost,$NO_PROXY"; export no_proxy="$NO_PROXY"  (best in your shell\'s profile)';
export const ADD_NO_PROXY = {
  linux: EXPORT_NO_PROXY,
  macos: EXPORT_NO_PROXY,
  windows: '$env:NO_PROXY="127.0.0.1,localhost,$env:NO_PROXY"  (setx keeps it for new terminals)',
};
export const NODE_24 = 'Install Node.js 24: https://nodejs.org/en/download';
export const OWN_FILES = 'sudo chown -R "$(id -un)" . && chmod -R u+w .';
export const TO_LF = `node -e "for (const f of process.argv.slice(1)) fs.writeFileSync(f, fs.readFileSync(f, 'latin1').replace(/\\r\\n/g, '\\n'), 'latin1')"`;
