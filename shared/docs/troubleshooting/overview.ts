import { moreAbout } from '../../engine/index.ts';
import { OTHER_FAILURE, pageOf, STEPS } from '../../verify/index.ts';
import { recordedMessages } from './recorded.ts';
import { block, type Language, say } from './section.ts';

/** The message that is explained. */
const EXAMPLE = { step: 1, id: 'compose.port', title: "The app's port 8080 is published" };

export const overview = (language: Language, root: string): string =>
  say(language, english(root), chinese(root));

function example(root: string): string {
  const { step, id, title } = EXAMPLE;
  const [recorded] = recordedMessages(root, step, id, title);
  const more = `      more      ${moreAbout(pageOf(step), id)}`;
  return recorded ? block(`${recorded.text.trimEnd()}\n${more}`) : '';
}

const stepList = (label: (number: number) => string, colon: string): string =>
  STEPS.map(
    (id, index) => `- [${label(index + 1)}](${pageOf(index + 1)}.md)${colon}\`${id}\``,
  ).join('\n');

const english = (root: string): string => `# Troubleshooting

<!-- generated: npm run docs:make -->

Every message that a verdict or \`npm run doctor\` can print is a heading on one of these pages. Search for the words you
see, or follow the line \`more\`.

${stepList((number) => `Step ${number}`, ': ')}
- [The machine](doctor.md): what \`npm run doctor\` finds
- [When the machine is in the way](machine.md): messages that end a command with exit code 2

## How to read a verdict

\`npm run verify:step-1\` prints one line for each check. \`✓\` has passed. \`✗\` has failed, and says why:

${example(root)}

| line | what it says |
| --- | --- |
| \`✗\` | the fact that must hold, and the task of the lesson that it belongs to |
| \`expected\` | what the check looked for |
| \`actual\` | what it found |
| \`where\` | the file and the line in your step's folder; \`(missing)\` when there is no such file |
| \`hint\` | the idea behind it |
| \`more\` | the page and the place where this check is explained, from the root of the repository |

Mend the first \`✗\` first. A check behind \`·\` was not judged: \`not run: needs:\` names an earlier check that has to pass
before, so that one mistake gives one message; \`skipped:\` gives the reason why this machine cannot judge it.

The last line, \`next:\`, is the one command to go on with. With \`--json\` the same stands in one document; a failed result
has its link in the field \`more\`.

## ${OTHER_FAILURE}

This is \`expected\` when a check ends in a way that it did not foresee: a server did not answer in time, or answered
something strange. \`actual\` says what was waited for and what was seen last. \`docker compose logs --tail 20\`, in the step's
folder, usually names the cause.

## Exit codes

| code | meaning |
| --- | --- |
| 0 | nothing has failed |
| 1 | a check has failed: not solved yet |
| 2 | the machine or the command is in the way, see [here](machine.md); nothing was judged |
| 130 | stopped with Ctrl-C; what was started is removed |
`;

const chinese = (root: string): string => `# 疑難排解

<!-- generated: npm run docs:make -->

判定和 \`npm run doctor\` 能印出的每一則訊息，都是這些頁面上的一個標題。訊息是英文，所以標題也保留英文：直接搜尋你看到的字，或照著
\`more\` 那一行走：它指的是英文頁面，中文頁面在 \`docs/zh-TW/troubleshooting/\`，檔名和 \`#\` 後面的位置都一樣。

${stepList((number) => `第 ${number} 步`, '：')}
- [你的機器](doctor.md)：\`npm run doctor\` 找到的問題
- [問題出在機器時](machine.md)：讓指令以結束代碼 2 結束的訊息

## 如何閱讀判定

\`npm run verify:step-1\` 為每個檢查項目印出一行。\`✓\` 是通過；\`✗\` 是沒通過，並說明原因：

${example(root)}

| 行 | 意思 |
| --- | --- |
| \`✗\` | 必須成立的事，以及它屬於課程的哪個任務 |
| \`expected\` | 檢查時要找的東西 |
| \`actual\` | 實際找到的東西 |
| \`where\` | 這一步的資料夾裡的檔案與行號；沒有這個檔案時是 \`(missing)\` |
| \`hint\` | 背後的概念 |
| \`more\` | 說明這個檢查項目的（英文）頁面與位置，從儲存庫的根目錄算起 |

先修好第一個 \`✗\`。前面是 \`·\` 的項目沒有被判定：\`not run: needs:\` 指出必須先通過的項目，這樣一個錯誤只會有一則訊息；
\`skipped:\` 說明這台機器為什麼無法判定。

最後一行 \`next:\` 是接下來要執行的那個指令。加上 \`--json\`，同樣的內容會是一份 JSON 文件；沒通過的結果把連結放在 \`more\` 欄位。

## ${OTHER_FAILURE}

檢查以意料之外的方式結束時，\`expected\` 就是這句話：「容器要像課程說的那樣回應」。可能是伺服器沒有及時回應，或回應了奇怪的東西。
\`actual\` 會說在等什麼、最後看到什麼。在這一步的資料夾裡執行 \`docker compose logs --tail 20\`，通常就能看到原因。

## 結束代碼

| 結束代碼 | 意思 |
| --- | --- |
| 0 | 沒有任何項目失敗 |
| 1 | 有檢查項目沒通過：還沒解完 |
| 2 | 問題出在機器或指令本身，見[這裡](machine.md)；什麼都沒有判定 |
| 130 | 以 Ctrl-C 停止；啟動過的東西都已移除 |
`;
