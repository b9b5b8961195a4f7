import { REAPER_IMAGE } from 'testcontainers/build/reaper/reaper.js';
import { ensureImages } from '../images/index.ts';

/**
 * Testcontainers starts a small container that removes what a killed test run leaves behind. Where its image
 * cannot be had it is turned off, or nothing would start at all; every stack also removes itself.
 */
export async function prepareReaper(): Promise<void> {
  if (process.env.TESTCONTAINERS_RYUK_DISABLED) return;
  const [image] = await ensureImages([REAPER_IMAGE]);
  if (image?.unavailable) process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
}
