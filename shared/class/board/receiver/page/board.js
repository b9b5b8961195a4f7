// Asks the board every second. The word stands behind the # of the address, so that no server's log has it.
const EVERY_MS = 1_000;
/** How much wider than high a tile may be. */
const RATIO = { least: 1.7, most: 2.6 };
const GAP = 7;
const SMALLEST_TILE = 150;

const CHINESE = {
  'Class board': '看板',
  learners: '位學員',
  stuck: '卡住了',
  works: '進行中',
  solved: '完成',
  joined: '剛加入',
  away: '沒有消息',
  step: '第 # 步',
  task: '任務 #',
  hints: '提示 #',
  min: '分',
  'Open the address that npm run class board printed, with the word behind the #.':
    '請打開 npm run class board 印出的網址，包含 # 後面的通關詞。',
  'The word behind the # is not the one of this board.': '# 後面的不是這個看板的通關詞。',
  'The board does not answer. What you see is from': '看板沒有回應。你看到的是這個時間的：',
};
const isChinese = navigator.language.startsWith('zh');
const say = (english) => (isChinese ? CHINESE[english] : english);
/** "step 3", or 第 3 步. */
const numbered = (name, number) =>
  isChinese ? CHINESE[name].replace('#', number) : `${name} ${number}`;

const ORDER = ['stuck', 'works', 'joined', 'solved', 'away'];
const list = document.querySelector('#learners');
const problem = document.querySelector('#problem');
let [learners, seenAt] = [[], ''];

document.documentElement.lang = isChinese ? 'zh-Hant-TW' : 'en';
document.querySelector('#heading').textContent = say('Class board');

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** What belongs together at the left, and a number at the right. */
function line(words, number) {
  const made = element('p', 'line', '');
  made.append(element('span', '', words), element('span', '', number));
  return made;
}

function tile({ nickname, state, step, task, passed, checks, hints, minutes }) {
  const item = document.createElement('li');
  item.dataset.state = state;
  const place = [step && numbered('step', step), task && numbered('task', task)];
  const inner = element('div', 'tile', '');
  inner.append(
    element('p', nickname.length > 12 ? 'name long' : 'name', nickname),
    line(place.filter(Boolean).join(' · '), checks ? `${passed}/${checks}` : ''),
    line(`${say(state)} · ${minutes} ${say('min')}`, hints ? numbered('hints', hints) : ''),
  );
  item.append(inner);
  return item;
}

/** The fewest columns with which all tiles fit on the screen; where none do, the page is scrolled. */
function layOut() {
  const [width, height] = [list.clientWidth, innerHeight - list.offsetTop - 16];
  const most = Math.max(1, Math.floor(width / SMALLEST_TILE));
  const rowOf = (columns) => height / Math.ceil(learners.length / columns) - GAP;
  const widthOf = (columns) => width / columns - GAP;
  let columns = 1;
  while (columns < most && rowOf(columns) < widthOf(columns) / RATIO.most) columns += 1;
  const [low, high] = [widthOf(columns) / RATIO.most, widthOf(columns) / RATIO.least];
  list.style.setProperty('--columns', columns);
  list.style.setProperty('--height', `${Math.min(high, Math.max(low, rowOf(columns)))}px`);
}

function draw() {
  const place = ({ state }) => ORDER.indexOf(state);
  learners.sort((a, b) => place(a) - place(b) || b.minutes - a.minutes);
  const stuck = learners.filter(({ state }) => state === 'stuck').length;
  const counts = `${learners.length} ${say('learners')} · ${stuck} ${say('stuck')}`;
  document.querySelector('#counts').textContent = counts;
  document.title = `${counts} · ${say('Class board')}`;
  layOut();
  list.replaceChildren(...learners.map(tile));
}

async function look() {
  const word = location.hash.slice(1);
  try {
    const headers = { Authorization: `Bearer ${word}` };
    const response = await fetch('learners', { headers, signal: AbortSignal.timeout(5_000) });
    if (response.status === 401) {
      problem.textContent = say(
        word
          ? 'The word behind the # is not the one of this board.'
          : 'Open the address that npm run class board printed, with the word behind the #.',
      );
      return;
    }
    if (!response.ok) throw new Error(response.statusText);
    learners = await response.json();
    seenAt = new Date().toLocaleTimeString();
    problem.textContent = '';
    draw();
  } catch {
    problem.textContent = `${say('The board does not answer. What you see is from')} ${seenAt}`;
  }
}

async function stay() {
  await look();
  setTimeout(stay, EVERY_MS);
}

addEventListener('resize', draw);
addEventListener('hashchange', look);
stay();
