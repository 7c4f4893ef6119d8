// @ts-check
/**
 * The connection, and when to try again.
 *
 * @typedef {{type: string, tag?: string} & Record<string, any>} Event
 * @typedef {{state: 'connecting'} | {state: 'open'} | {state: 'waiting', until: number} | {state: 'ended', why: string}} Condition
 * @typedef {{opened: () => void, event: (event: Event) => void, changed: (now: Condition) => void}} Hooks
 */

const slowest = 30_000, patience = 10_000;

export class Link {
  #url;
  #hooks;
  /** @type {WebSocket | undefined} */ #socket;
  #attempt = 0;
  #timer = 0;
  #check = 0;
  /** @type {Condition} */ now = { state: 'ended', why: '' };

  /**
   * @param {string} url
   * @param {Hooks} hooks
   */
  constructor(url, hooks) {
    this.#url = url;
    this.#hooks = hooks;
    addEventListener('online', () => this.now.state === 'waiting' && this.open());
    addEventListener('offline', () => this.now.state === 'open' && this.prove());
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) return;
      if (this.now.state === 'waiting') this.open();
      else if (this.now.state === 'open') this.prove();
    });
  }

  /** Connects at once, whatever was waited for. */
  open() {
    clearTimeout(this.#timer);
    this.#drop();
    const socket = (this.#socket = new WebSocket(this.#url, 'confab.json'));
    this.#become({ state: 'connecting' });
    this.#timer = setTimeout(() => this.#broken(socket, 1006, ''), patience);
    socket.onopen = () => {
      clearTimeout(this.#timer);
      this.#become({ state: 'open' });
      this.#hooks.opened();
    };
    socket.onmessage = ({ data }) => {
      clearTimeout(this.#check);
      this.#check = 0;
      for (const line of String(data).split('\n')) {
        if (!line) continue;
        let event;
        try {
          event = JSON.parse(line);
        } catch {
          continue;
        }
        if (socket === this.#socket) this.#hooks.event(event);
      }
    };
    socket.onclose = ({ code, reason }) => this.#broken(socket, code, reason);
  }

  /** All went well: the next break begins with the shortest wait. */
  settled() {
    this.#attempt = 0;
  }

  /**
   * Ends it until open() is called.
   * @param {string} why
   */
  end(why) {
    clearTimeout(this.#timer);
    this.#drop();
    this.#become({ state: 'ended', why });
  }

  /** @param {string} line */
  send(line) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(line);
  }

  /** Something is to come from the server soon, or the connection is taken for broken. */
  expect() {
    const socket = this.#socket;
    if (socket && !this.#check) this.#check = setTimeout(() => this.#broken(socket, 1006, ''), patience);
  }

  /** Finds out whether the connection still stands. */
  prove() {
    this.send('/tag alive /ping');
    this.expect();
  }

  #drop() {
    clearTimeout(this.#check);
    this.#check = 0;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  /**
   * @param {WebSocket} socket
   * @param {number} code
   * @param {string} reason
   */
  #broken(socket, code, reason) {
    if (socket !== this.#socket) return;
    this.#drop();
    clearTimeout(this.#timer);
    if (code === 1008) return this.end(reason || 'refused');
    const wait = Math.min(slowest, 1000 * 2 ** this.#attempt++) * (0.75 + Math.random() / 2);
    const least = code === 1013 ? 10_000 : 0;
    this.#timer = setTimeout(() => this.open(), Math.max(wait, least));
    this.#become({ state: 'waiting', until: Date.now() + Math.max(wait, least) });
  }

  /** @param {Condition} now */
  #become(now) {
    this.now = now;
    this.#hooks.changed(now);
  }
}
