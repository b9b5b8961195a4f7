import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SUBJECTS } from '../catalogue.ts';
import { ok } from '../finding.ts';
import { type Check, readInfo } from '../machine.ts';

/** A variable of either spelling; programs prefer the lower case one. */
const variable = (name: string): string =>
  process.env[name.toLowerCase()] || process.env[name] || '';

const hostProxy = (): string =>
  variable('HTTP_PROXY') || variable('HTTPS_PROXY') || variable('ALL_PROXY');

/** Requests to this machine itself must not go to a proxy, which knows another machine by that address. */
export const shellProxy: Check = async () => {
  if (!hostProxy()) return ok('no proxy');
  const proxy = withoutPassword(hostProxy());
  const past = variable('NO_PROXY');
  if (goesPast(past)) return ok(`${proxy}, and 127.0.0.1 and localhost go past it`);
  const setting = past ? `"${past}"` : 'not set';
  const { fetchFails, curlFails } = SUBJECTS['proxy.shell'];
  return (fetchUsesProxy() ? fetchFails : curlFails)({ proxy, setting });
};

/** Tried: Node.js 20 knows no proxy; Node.js 24 uses it only when told so by one of these two. */
function fetchUsesProxy(): boolean {
  if (!process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) return false;
  const args = `${process.env.NODE_OPTIONS ?? ''} ${process.execArgv.join(' ')}`;
  return process.env.NODE_USE_ENV_PROXY === '1' || args.includes('--use-env-proxy');
}

/** Docker's own: what the engine pulls through, and what the command line hands on to every container. */
export const dockerProxy: Check = async (machine) => {
  const texts = SUBJECTS['proxy.docker'];
  const file = join(process.env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
  const handedOn = readProxies(file);
  if ((handedOn.httpProxy || handedOn.httpsProxy) && !goesPast(handedOn.noProxy ?? '')) {
    const names = '127.0.0.1,localhost,app,prometheus,grafana,alertmanager,inbox';
    return texts.handedOn({ file, names });
  }
  const info = await readInfo(machine);
  const proxy = info?.HttpsProxy || info?.HttpProxy;
  if (proxy) return ok(`the engine pulls through ${withoutPassword(proxy)}`);
  return info && hostProxy() ? texts.notInEngine() : ok('no proxy');
};

function goesPast(list: string): boolean {
  const names = list.split(/[\s,]+/);
  return names.includes('*') || ['127.0.0.1', 'localhost'].every((name) => names.includes(name));
}

interface Proxies {
  httpProxy?: string;
  httpsProxy?: string;
  noProxy?: string;
}

function readProxies(file: string): Proxies {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).proxies?.default ?? {};
  } catch {
    return {};
  }
}

const withoutPassword = (url: string): string => url.replace(/\/\/[^@/]*@/, '//');
