import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { build, disposeMdItInstance } from 'vitepress';

/** The built site, served on this machine. */
export interface Site extends AsyncDisposable {
  /** Such as http://127.0.0.1:40123 */
  url: string;
}

/** Builds the site, and serves it on a free port until it is disposed. @throws Error with VitePress's words */
export async function serveSite(root: string): Promise<Site> {
  const outDir = await mkdtemp(join(tmpdir(), 'site-'));
  // VitePress keeps one renderer in a process. The one that has read pages for the checks has other settings.
  disposeMdItInstance();
  await build(join(root, 'docs'), { outDir });
  const server = express().use(express.static(outDir)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A busy browser may come back to a connection just as it is closed for being idle.
  server.keepAliveTimeout = 0;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
