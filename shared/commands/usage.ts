import { localized } from '../language.ts';

/** Every command, and below it its options, with what it does in both languages. */
const LINES: [command: string, english: string, chinese: string][] = [
  [
    'npm run demo',
    'the finished system: load, alert, message, resolved; it stays up',
    '完成的系統：負載、告警、訊息、解除；之後會保持執行',
  ],
  ['  -- --once', 'the same, and everything is removed at the end', '同上，結束時全部移除'],
  [
    '  -- --fail',
    'the same with requests that fail, so that the second alert comes too',
    '同上，並有失敗的請求，所以第二個告警也會來',
  ],
  [
    '  -- --json',
    'prints one JSON document on standard output (timeline on standard error)',
    '在標準輸出印出一份 JSON（時間軸在標準錯誤）',
  ],
  [
    'npm run swarm',
    'the same system on three machines, of which one is lost; as root on Linux, everything is removed at the end',
    '同一個系統在三台機器上，並失去其中一台；需要 Linux 的 root，結束時全部移除',
  ],
  ['  -- --stack FILE', "another stack file than the solution's", '改用另一個 stack 檔案'],
  [
    'npm run down',
    'removes what the demo, or a verdict with --keep, left up',
    '移除 demo 或加了 --keep 的驗證留下的東西',
  ],
  [
    'npm run doctor',
    'can this machine run the workshop? what is wrong, and the command that fixes it',
    '這台機器能進行工作坊嗎？哪裡有問題，以及修正的指令',
  ],
  ['  -- --json', 'one JSON document', '一份 JSON'],
  [
    'npm run verify:step-1',
    'judges your step 1; likewise the others',
    '驗證你的第 1 步；其他步驟也一樣',
  ],
  ['  -- --solution', 'the solution instead', '改為驗證解答'],
  ['  -- --dir PATH', 'any folder laid out like the step', '驗證任何結構和這一步相同的資料夾'],
  ['  -- --static', 'only without Docker', '只做不需要 Docker 的檢查'],
  ['  -- --keep', 'leave the containers up', '讓容器繼續執行'],
  ['  -- --json', 'one JSON document', '一份 JSON'],
  ['  -- --watch', 'stays, and judges again on every save', '不結束，每次存檔就重新驗證'],
  ['npm run workshop', 'where you are, and the one next command', '你做到哪裡，以及下一個指令'],
  [
    'npm run workshop lang',
    'which language this prints; lang zh-TW, lang en or lang system changes it',
    '輸出用哪種語言；用 lang zh-TW、lang en 或 lang system 更改',
  ],
  ['npm run watch 1', 'judges step 1 again on every save', '每次存檔就重新驗證第 1 步'],
  [
    'npm run hint 1',
    'one more hint for the first task that is not done',
    '第一個未完成任務的下一則提示',
  ],
  ['  -- --task 2', 'for the second task', '第二個任務的提示'],
  ['  -- --again', 'what was shown, and nothing more', '再看一次已經顯示過的提示'],
  ['npm run diff 1', 'what your step 1 and its solution differ in', '你的第 1 步和解答差在哪裡'],
  ['npm run diff 1 2', 'what step 2 adds to step 1', '第 2 步比第 1 步多了什麼'],
  [
    'npm run reset 1',
    'starts step 1 over; what you had is kept as a snapshot',
    '第 1 步重來；你原有的保留為快照',
  ],
  [
    'npm run goto 3',
    'jumps to step 3, with everything before it solved; what you had is kept',
    '跳到第 3 步，之前的都換成解答；你原有的會保留',
  ],
  [
    'npm run undo',
    'takes back the last reset or goto, then the one before it, and so on',
    '取消上一次的 reset 或 goto，再取消更早的，依此類推',
  ],
  ['  -- --list', 'the snapshots', '列出快照'],
  ['  -- NAME', 'makes a step what it was in this one', '把步驟恢復成這個快照的樣子'],
  [
    'npm run export-dashboard 3',
    "writes the dashboards of step 3's running Grafana into its folder",
    '把第 3 步執行中的 Grafana 的儀表板寫入它的資料夾',
  ],
  [
    'npm run class prepare',
    'brings every image and package of every step here, and says what is missing',
    '取得每一步的每個映像檔和套件，並說明還缺什麼',
  ],
  [
    'npm run class pack FOLDER',
    'for instructors: writes a folder for a stick, for machines without a network',
    '講師用：寫出放在隨身碟上的資料夾，給沒有網路的機器',
  ],
  [
    'npm run class unpack FOLDER',
    'sets this machine up from that folder',
    '用那個資料夾準備好這台機器',
  ],
  [
    'npm run class board',
    'for instructors: who is in which step, and who is stuck; it stays up',
    '講師用：誰在哪一步、誰卡住了；之後會保持執行',
  ],
  [
    '  -- --address 192.168.1.20',
    'opens it to the room, at this address of your machine',
    '讓整間教室連得到，用你這台機器的這個位址',
  ],
  ['  -- --remove NICKNAME', 'takes one learner off it', '把一位學員從上面移除'],
  ['  -- --end', 'removes it, with everything that it knows', '移除它和它知道的一切'],
  [
    'npm run class join ADDRESS NICKNAME',
    'from now on verify, watch and hint tell the board numbers: how far you are',
    '從現在起 verify、watch 和 hint 會告訴看板幾個數字：你做到哪裡',
  ],
  ['npm run class leave', 'nothing is told any more', '不再告訴看板任何東西'],
  [
    'npm run routing -- FILE',
    'who gets which alert? plays a table of cases by the alertmanager.yaml beside it; nothing is sent',
    '誰會收到哪個告警？依旁邊的 alertmanager.yaml 執行一份案例表格；不會送出任何東西',
  ],
  ['  --config FILE', 'by another configuration', '改用另一份設定'],
  [
    '  --alertmanager URL',
    'by what a running Alertmanager has loaded, and its silences; it is only read',
    '改用執行中的 Alertmanager 載入的設定和它的靜音；只會讀取',
  ],
  [
    'npm run lessons:make',
    'for maintainers: carries the solutions forward and makes the starters',
    '維護者用：把解答帶到後面的步驟，並產生起點',
  ],
  [
    'npm run lessons:check',
    'for maintainers: is anything generated edited, or a task without a hint?',
    '維護者用：產生的檔案有沒有被改過，任務有沒有缺提示？',
  ],
  [
    'npm run docs:make',
    'for maintainers: writes Troubleshooting from the checks and their recorded messages',
    '維護者用：由檢查項目和記錄下來的訊息產生疑難排解',
  ],
  [
    'npm run docs',
    'the documentation as a site; docs:build writes it to docs/.vitepress/dist',
    '把文件當成網站看；docs:build 會寫到 docs/.vitepress/dist',
  ],
  [
    'npm run docs:check',
    'for maintainers: is every command, link, name and translation of the pages right?',
    '維護者用：頁面上的指令、連結、名稱和翻譯都正確嗎？',
  ],
  [
    'npm run docs:paste',
    'for maintainers: runs the pages, and pastes what they print; -- FILE  only that page',
    '維護者用：執行頁面上的指令，貼上它們的輸出；-- FILE 只做那一頁',
  ],
  [
    'npm run bench -- PART',
    'for maintainers: measures one part of docs/figures.md; without PART all of them, which takes more than an hour',
    '維護者用：量測 docs/figures.md 的一個部分；不加 PART 就量測全部，要一個多小時',
  ],
  ['  -- --write', 'the same, and writes docs/figures.md', '同上，並寫入 docs/figures.md'],
  [
    'npm run branches',
    'local branches step-1, step-2, …; git diff step-2 step-3 is what step 3 adds',
    '建立本機分支 step-1、step-2…；git diff step-2 step-3 就是第 3 步新增的',
  ],
  [
    'npm run dashboards:pictures',
    'saves pictures of the inbox and the dashboards, while the demo is up, into docs/pictures',
    'demo 執行時，把收件匣和儀表板的畫面存到 docs/pictures',
  ],
];

/** What a person reads after a word that does not exist. */
export function usage(): string {
  const lines = LINES.map(
    ([command, english, chinese]) =>
      `  ${command.replace(/^ {2}/, '    ').padEnd(28)}  ${localized(english, chinese)}`,
  );
  return [localized('Usage:', '用法：'), ...lines].join('\n');
}

/** @returns the exit code */
export async function noSuchCommand(command: string): Promise<number> {
  const problem = localized(
    `There is no command "${command.trim()}".`,
    `沒有「${command.trim()}」這個指令。`,
  );
  console.error(`${problem}\n\n${usage()}`);
  return 2;
}
