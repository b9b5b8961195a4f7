import { type Language, say } from './section.ts';

/** What stands before the sections of each page. */
const GENERATED = '<!-- generated: npm run docs:make -->';

export const stepTop = (language: Language, number: number, title: string): string =>
  say(
    language,
    `# Troubleshooting step ${number}

${GENERATED}

Every check of step ${number}, *${title}*, in the order of the report. Below each heading: what the check looks at, then
mistakes that people make, with the exact message that each one gets. The line \`more\` of a message leads here. [How to
read a verdict](index.md) explains the lines.`,
    `# 疑難排解：第 ${number} 步

${GENERATED}

這裡按報告的順序列出第 ${number} 步（*${title}*）的每一個檢查項目。標題就是終端機印出的英文，方便搜尋；下面說明它的意思、該做什麼，
以及會看到的訊息。訊息裡的 \`more\` 那一行指的是英文頁面的同一個位置。各行的意思請看[如何閱讀判定](index.md)。`,
  );

export const doctorTop = (language: Language): string =>
  say(
    language,
    `# Troubleshooting the machine

${GENERATED}

\`npm run doctor\` looks at one thing a line: \`✓\` is well, \`!\` is a warning, \`✗\` is a problem that has to be mended first,
\`·\` could not be found out. Below each heading: everything else than \`✓\` that it can print. \`…\` stands for what only
your machine knows. Where the remedy depends on the operating system, its name stands behind it; \`debian\` is
Ubuntu too.`,
    `# 疑難排解：你的機器

${GENERATED}

\`npm run doctor\` 每一行檢查一件事：\`✓\` 沒問題，\`!\` 是警告，\`✗\` 是必須先解決的問題，\`·\` 表示無法得知。標題就是印出的英文；
下面列出 \`✓\` 以外所有可能的訊息。\`…\` 代表只有你的機器才知道的部分。做法因作業系統而異時，後面會註明系統名稱；\`debian\` 也包括 Ubuntu。`,
  );

export const faultsTop = (language: Language): string =>
  say(
    language,
    `# When the machine is in the way

${GENERATED}

These messages end a command with exit code 2: the machine, the clone or the command itself is in the way, and nobody's
work is called wrong. \`…\` stands for what is known only when it is printed. \`npm run doctor\` finds most causes.`,
    `# 問題出在機器時

${GENERATED}

這些訊息會讓指令以結束代碼 2 結束：問題出在機器、你的 clone，或指令本身，不是你的答案錯了。\`…\` 代表印出時才知道的部分。
大多數的原因，\`npm run doctor\` 都找得到。`,
  );
