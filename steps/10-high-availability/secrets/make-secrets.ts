// Writes the secret files that are missing; an existing file is never touched.
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = import.meta.dirname;

// The inbox's address is no secret. The address of a real Slack webhook is: whoever has it can post.
const webhook = readFileSync(join(folder, 'alertmanager/slack_webhook_url.example'), 'utf8');
writeOnce('alertmanager/slack_webhook_url', webhook);
writeOnce('grafana/admin_password', `${randomBytes(18).toString('base64url')}\n`);
writeOnce('alertmanager/smtp_password', `${randomBytes(18).toString('base64url')}\n`);
// PagerDuty's routing keys have 32 characters.
writeOnce('alertmanager/pager_routing_key', `${randomBytes(16).toString('hex')}\n`);

function writeOnce(file: string, content: string): void {
  const path = join(folder, file);
  if (existsSync(path)) return;
  try {
    writeFileSync(path, content, { flag: 'wx' });
    // Readable by all, because the servers run as other users than the one who owns this folder.
    chmodSync(path, 0o644);
    giveToOwner(path);
    console.log(`secrets/${file} written`);
  } catch (error) {
    console.error(`secrets/${file} cannot be written: ${(error as Error).message}`);
    console.error('Write the files yourself with:  npx tsx secrets/make-secrets.ts');
    process.exitCode = 1;
  }
}

/** In its container this runs as root, but the file belongs to whoever owns the folder. */
function giveToOwner(path: string): void {
  const { uid, gid } = statSync(dirname(path));
  try {
    chownSync(path, uid, gid);
  } catch {
    // Some file systems have no owners. The file can be read all the same.
  }
}
