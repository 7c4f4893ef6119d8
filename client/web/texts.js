// @ts-check
/** What the page says, in the language of the browser. */

export const chinese = (navigator.languages.find((l) => /^(zh|en)\b/i.test(l)) ?? '').toLowerCase().startsWith('zh');

const en = {
  rooms: 'Rooms', private: 'Private', people: 'People', lobby: 'lobby', menu: 'Rooms and people', search: 'Search',
  join: 'Join a room', room_name: 'Name of a room', enter: 'Join', commands: 'Commands', leave: 'Leave', close: 'Close', here: '{} here',
  topic: 'Topic', no_topic: 'Set a topic', message: 'Message {}', send: 'Send', name: 'Name', rename: 'Rename',
  away: 'Away', away_text: 'Away: why', set_away: 'Set away', back: 'I am back', lost: 'connection lost', log: 'Messages in {}',
  notify: 'Notify me', notifying: 'Notifications on', denied: 'Notifications are blocked',
  welcome: 'Welcome', ask_name: 'What shall we call you?', go: 'Start', guest: 'Leave it empty to stay a guest.',
  newer: '{} new', newest: 'Newest', new_here: 'New', recall: 'Recall', again: 'Send again', drop: 'Discard', recalled: 'message recalled',
  connecting: 'Connecting …', retry: 'Connection lost, next try in {} s', now: 'Try now',
  elsewhere: 'This chat goes on in another tab', here_again: 'Use it here', ended: 'You have left', kicked: 'You were disconnected',
  come_back: 'Come back', refused: 'The server refuses this page: {}', came: '{} came in', went: '{} left', passed: '{} came and left',
  returned: '{} left and came back', more_people: '… and {} more', is_called: '{} is now called {}', you_called: 'You are now called {}',
  topic_is: '{} set the topic: {}', topic_gone: '{} removed the topic', topic_of: 'Topic: {}', is_away: '{} is away: {}', is_back: '{} is back',
  waiting_for: '{} has lost the connection: the message waits', arrived: '{} has it now', not_read: '{} did not come back: not read',
  other_person: 'This is another person called {}', left_chat: '{} is offline', gap: 'Some messages may be missing here', not_kept: 'Messages are not kept now',
  kept: 'Messages are kept again', crowd: '{} came in, {} left', online: '{} online', done: 'Done', for_programs: '{} has no meaning here', list: 'Here: {}', forgotten: 'The server was restarted. Is this still for {}?',
  too_long: 'Too long by {} bytes', password: 'Not sent: this looks like a password. To say it, put /say in front',
  too_many: 'Too much is waiting', name_taken: 'You are a guest now: {}', nothing: 'Nothing found', found: '{} found', older: 'Older', words: 'Words to find',
  loading: 'Loading …', start: 'Nothing before this', no_history: 'Nothing is kept here', not_here: 'Too far back to be shown here', today: 'Today', yesterday: 'Yesterday', new_by: '{} in {}',
};

/** @type {typeof en} */
const zh = {
  rooms: '房间', private: '私聊', people: '成员', lobby: '大厅', menu: '房间和成员', search: '查找',
  join: '加入房间', room_name: '房间名', enter: '加入', commands: '命令', leave: '离开', close: '关闭', here: '{} 人',
  topic: '话题', no_topic: '设置话题', message: '发送到{}', send: '发送', name: '用户名', rename: '改名',
  away: '暂离', away_text: '暂离原因', set_away: '暂离', back: '我回来了', lost: '连接已断开', log: '{}的消息',
  notify: '有人找我时通知我', notifying: '通知已开启', denied: '浏览器不允许通知',
  welcome: '欢迎', ask_name: '怎么称呼您？', go: '开始', guest: '留空即以访客身份进入。',
  newer: '{} 条新消息', newest: '最新消息', new_here: '新消息', recall: '撤回', again: '重新发送', drop: '放弃', recalled: '消息已撤回',
  connecting: '正在连接…', retry: '连接已断开，{} 秒后重试', now: '立即重试',
  elsewhere: '聊天已在另一个标签页继续', here_again: '在此使用', ended: '您已离开', kicked: '您已被断开连接',
  come_back: '重新进入', refused: '服务器拒绝了此页面：{}', came: '{}进来了', went: '{}离开了', passed: '{}来过又离开了',
  returned: '{}离开后又回来了', more_people: '……还有 {} 人', is_called: '{}改名为{}', you_called: '您的用户名现在是{}',
  topic_is: '{}设置了话题：{}', topic_gone: '{}清除了话题', topic_of: '话题：{}', is_away: '{}暂时离开：{}', is_back: '{}回来了',
  waiting_for: '{}的连接已断开：消息正在等待', arrived: '{}已收到', not_read: '{}没有回来：消息未被阅读',
  other_person: '这是另一位名叫{}的人', left_chat: '{}已下线', gap: '此处可能缺少一些消息', not_kept: '聊天记录暂时无法保存',
  kept: '聊天记录已恢复保存', crowd: '{} 人进来，{} 人离开', online: '在线 {} 人', done: '完成', for_programs: '{} 在此没有意义', list: '在这里：{}', forgotten: '服务器重启过。仍要发给{}吗？',
  too_long: '超出 {} 字节', password: '未发送：看起来含有密码。要发送，请在前面加 /say',
  too_many: '等待发送的内容过多', name_taken: '您现在是访客：{}', nothing: '没有找到', found: '找到 {} 条', older: '更早的', words: '要查找的词',
  loading: '正在加载…', start: '没有更早的消息', no_history: '此处不保存消息', not_here: '太久以前，无法在此显示', today: '今天', yesterday: '昨天', new_by: '{}（{}）',
};

const table = chinese ? zh : en;

/**
 * The text, with each {} replaced by the next value.
 * @param {keyof typeof en} key
 * @param {...(string | number)} values
 */
export const t = (key, ...values) => table[key].replace(/\{\}/g, () => String(values.shift() ?? ''));

/** @param {string[]} names */
export const listed = (names) => {
  const shown = names.slice(0, 5).join(chinese ? '、' : ', ');
  return names.length > 5 ? `${shown} ${t('more_people', names.length - 5)}` : shown;
};

const locale = chinese ? 'zh-CN' : navigator.language.startsWith('en') ? navigator.language : 'en-GB';
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' });

/** @param {number} time */
export const hour = (time) => clock.format(time);
/** @param {number} time */
export const in_full = (time) => moment.format(time);

/** @param {number} time */
export function day(time) {
  const date = new Date(time), now = new Date();
  if (date.toDateString() === now.toDateString()) return t('today');
  now.setDate(now.getDate() - 1);
  if (date.toDateString() === now.toDateString()) return t('yesterday');
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
  return date.toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long', year });
}

/**
 * What is wrong, in the language of the browser whatever that of the server is.
 * @param {{text: string, problem?: string, detail?: string}} error
 * @param {string} spoken the server's language
 * @returns {Promise<string>}
 */
export async function problem_text(error, spoken) {
  if ((spoken === 'zh') === chinese || !error.problem) return error.text;
  const { problems } = await import('./problems.js');
  const text = problems[error.problem]?.[chinese ? 1 : 0];
  return text ? text.replace('{}', error.detail ?? '') : error.text;
}
