/** A class with bad Wi-Fi: each machine is prepared before, or from a stick. Each part is loaded only when it is asked for. */
export const prepare = async (...args: Parameters<typeof import('./prepare.ts').prepare>) =>
  (await import('./prepare.ts')).prepare(...args);
export const pack = async (...args: Parameters<typeof import('./pack.ts').pack>) =>
  (await import('./pack.ts')).pack(...args);
export const unpack = async (...args: Parameters<typeof import('./unpack.ts').unpack>) =>
  (await import('./unpack.ts')).unpack(...args);
