import { BUILT } from '../images/needed/index.ts';
import { megabytes } from './prepare.ts';
import type { Manifest } from './stick.ts';

/** What to do, in order: in English and in Chinese. */
const steps = (node: string): [english: string, chinese: string][] => [
  [
    `Install Node.js (${node}) and Docker. The folder <code>installers</code> beside this page may have them. On Windows and macOS: Docker Desktop, on Windows with WSL 2.`,
    `安裝 Node.js（${node}）和 Docker。這個頁面旁邊的 <code>installers</code> 資料夾裡也許有。Windows 和 macOS 用 Docker Desktop，Windows 還要 WSL 2。`,
  ],
  ['Start Docker, and wait until it runs.', '啟動 Docker，等到它開始執行。'],
  [
    'Open a terminal in the folder of this page, and type: <pre>node unpack.js</pre> The workshop comes into your home folder, as <code>monitoring-workshop</code>. Another place: <code>node unpack.js FOLDER</code>. When it was stopped, the same command goes on.',
    '在這個頁面的資料夾開一個終端機，輸入：<pre>node unpack.js</pre> 工作坊會放在你的家目錄，叫做 <code>monitoring-workshop</code>。要放在別處：<code>node unpack.js 資料夾</code>。中途停止的話，再執行一次會從那裡繼續。',
  ],
  [
    'At the end it lists what is here, and how this machine is. A line with ✗ says what is wrong, and the command that fixes it. Show it to your instructor.',
    '最後會列出這台機器上有什麼，以及機器的狀態。有 ✗ 的那一行會說哪裡有問題，和修正的指令。請拿給講師看。',
  ],
  [
    'Begin: <pre>cd ~/monitoring-workshop\nnpm run workshop</pre>',
    '開始：<pre>cd ~/monitoring-workshop\nnpm run workshop</pre>',
  ],
];

/** The page of the folder: what to do with it. Nothing on it comes from outside. @param bytes the size of the folder */
export const page = ({ node, arch, missing }: Manifest, bytes: number): string => {
  const list = (language: 0 | 1) =>
    steps(node)
      .map((step) => `<li>${step[language]}</li>`)
      .join('\n');
  // What steps build is built there again.
  const lacking = missing
    .filter((name) => !name.startsWith(BUILT))
    .map((name) => `<code>${name}</code>`)
    .join(', ');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The monitoring workshop, without the internet</title>
<style>
  body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark; }
  pre { padding: .8rem; border: 1px solid; border-radius: .4rem; overflow-x: auto; }
</style>
<main>
<h1>The monitoring workshop, without the internet</h1>
<p>Everything is in this folder: ${megabytes(bytes)}, for ${arch} processors. <a href="#zh">中文</a></p>
<ol>
${list(0)}
</ol>
${lacking && `<p>These images were not there when it was packed: ${lacking}. What needs them is skipped.</p>`}
<section id="zh" lang="zh-Hant-TW">
<h2>監控工作坊，不需要網路</h2>
<p>需要的都在這個資料夾裡：${megabytes(bytes)}，給 ${arch} 處理器用。</p>
<ol>
${list(1)}
</ol>
${lacking && `<p>打包時沒有這些映像檔：${lacking}。需要它們的部分會略過。</p>`}
</section>
</main>
</html>
`;
};
