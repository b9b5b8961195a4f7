/** A class with bad Wi-Fi: each machine is prepared before, or from a stick. */
export { pack } from './pack.ts';
export { prepare } from './prepare.ts';
export { unpack } from './unpack.ts';
