/** What a person reads after a word that does not exist. */
export const USAGE = `Usage:
  npm run demo                  the finished system: load, alert, message, resolved; it stays up
  npm run demo -- --once        the same, and everything is removed at the end
  npm run demo -- --fail        the same with requests that fail, so that the second alert comes too
  npm run demo -- --json        prints one JSON document on standard output (timeline on standard error)
  npm run down                  removes what the demo, or a verdict with --keep, left up
  npm run doctor                can this machine run the workshop? what is wrong, and the command that fixes it
      -- --json                 one JSON document
  npm run verify:step-1         judges your step 1; likewise the others
      -- --solution             the solution instead      -- --dir PATH   any folder laid out like the step
      -- --static               only without Docker       -- --keep       leave the containers up
      -- --json                 one JSON document         -- --watch      stays, and judges again on every save
  npm run workshop              where you are, and the one next command
  npm run watch 1               judges step 1 again on every save
  npm run hint 1                one more hint for the first task that is not done
      -- --task 2               for the second task       -- --again      what was shown, and nothing more
  npm run diff 1                what your step 1 and its solution differ in
  npm run diff 1 2              what step 2 adds to step 1
  npm run reset 1               starts step 1 over; what you had is kept as a snapshot
  npm run goto 3                jumps to step 3, with everything before it solved; what you had is kept
  npm run undo                  takes back the last reset or goto, then the one before it, and so on
      -- --list                 the snapshots             -- NAME         makes a step what it was in this one
  npm run export-dashboard 3    writes the dashboards of step 3's running Grafana into its folder
  npm run lessons:make          for maintainers: carries the solutions forward and makes the starters
  npm run lessons:check         for maintainers: is anything generated edited, or a task without a hint?
  npm run docs:make             for maintainers: writes Troubleshooting from the checks and their recorded messages
  npm run docs                  the documentation as a site; docs:build writes it to docs/.vitepress/dist
  npm run docs:check            for maintainers: is every command, link, name and translation of the pages right?
  npm run docs:paste            for maintainers: runs the pages, and pastes what they print; -- FILE  only that page
  npm run branches              local branches step-1, step-2, …; git diff step-2 step-3 is what step 3 adds
  npm run dashboards:pictures   saves pictures of the inbox and the dashboards, while the demo is up, into docs/pictures`;

/** @returns the exit code */
export async function noSuchCommand(words: string): Promise<number> {
  console.error(`There is no command "${words.trim()}".\n\n${USAGE}`);
  return 2;
}
