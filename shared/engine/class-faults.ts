import type { Details } from './texts.ts';

/** The faults of `npm run class …`. */
export const CLASS_FAULTS = {
  'stick-folder': ({ folder, reason }: Details<'folder' | 'reason'>) => ({
    message: `${folder} cannot become the folder for the class: ${reason}. Nothing was written.`,
    next: 'npm run class pack -- FOLDER, with the name of a folder that does not exist yet',
  }),
  'stick-full': ({ folder, needed, free }: Details<'folder' | 'needed' | 'free'>) => ({
    message: `The folder for the class needs ${needed}, and where ${folder} lies, ${free} are free. Nothing is left there.`,
    next: 'Free some space there, or take a larger stick; then the same command again',
  }),
  'no-stick': ({ folder }: Details<'folder'>) => ({
    message: `${folder} is not a folder that "npm run class pack" has written: it has no manifest.json.`,
    next: 'npm run class unpack -- FOLDER, with the folder on the stick',
  }),
  'torn-copy': ({ folder, files }: Details<'folder' | 'files'>) => ({
    message: `What lies in ${folder} is not what was packed: ${files}.`,
    next: 'Copy the whole folder again, then the same command',
  }),
  'other-processor': ({ packed, own }: Details<'packed' | 'own'>) => ({
    message: `The images on this stick are for ${packed} processors, and the Docker engine here runs on ${own}.`,
    next: `Ask the instructor for the folder for ${own}; or, with a network: npm run class prepare`,
  }),
};
