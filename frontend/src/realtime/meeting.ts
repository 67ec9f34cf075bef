/** The socket of one meeting's room: events in order and without gaps, and what is live. */

export interface Place {
  slice: number;
  phase: number;
  stack_id?: string;
  column?: number;
  row?: number;
  /** How many image columns the pane spans. */
  span?: number;
  centre?: number;
  width?: number;
  look?: string;
  structure?: string;
}

export interface MeetingEvent {
  sequence: number;
  kind: string;
  at: string;
  by: { id: string; name: string };
  item_id: string | null;
  details: Record<string, unknown>;
}

export interface Live {
  view?: Place;
  pointers?: Record<string, Place | null>;
  here?: string[];
  /** The item whose reference was edited. */
  reference?: string;
}

export interface Listeners {
  onEvent(event: MeetingEvent): void;
  onLive(live: Live): void;
  onConnected(connected: boolean): void;
  /** Not invited any more, or signed out: the socket doesn't come back by itself. */
  onRefused(): void;
}

const REFUSED = [4401, 4404];
const SLOWEST_MS = 8000;
const PAUSE_MS = { view: 50, pointer: 100 };

type Kind = keyof typeof PAUSE_MS;

export class MeetingSocket {
  private socket: WebSocket | null = null;
  private last = 0;
  private attempts = 0;
  private wanted = true;
  private again: ReturnType<typeof setTimeout> | undefined;
  private readonly waiting = new Map<Kind, Place | null>();
  private readonly timers = new Map<Kind, number>();

  constructor(
    private readonly meetingId: string,
    private readonly listeners: Listeners,
  ) {
    this.open();
  }

  close(): void {
    this.wanted = false;
    clearTimeout(this.again);
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.socket?.close();
  }

  /** Now rather than later, also where it was refused: the person has signed in again. */
  reopen(): void {
    if (this.socket !== null) return;
    clearTimeout(this.again);
    this.attempts = 0;
    this.open();
  }

  /** Sent at once, then at most every 50 ms (views) or 100 ms (pointers): the newest. */
  send(kind: Kind, at: Place | null): void {
    this.waiting.set(kind, at);
    if (!this.timers.has(kind)) this.flush(kind);
  }

  private flush(kind: Kind): void {
    this.timers.delete(kind);
    const at = this.waiting.get(kind);
    if (at === undefined) return;
    this.waiting.delete(kind);
    this.say({ type: kind, at });
    this.timers.set(kind, window.setTimeout(() => this.flush(kind), PAUSE_MS[kind]));
  }

  private say(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private open(): void {
    if (!this.wanted) return;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/ws/meetings/${this.meetingId}/`);
    this.socket = socket;
    socket.onopen = () => this.say({ type: 'hello', since: this.last });
    socket.onmessage = (message) => this.heard(JSON.parse(message.data as string));
    socket.onclose = (event) => {
      this.socket = null;
      if (!this.wanted) return;
      this.listeners.onConnected(false);
      if (REFUSED.includes(event.code)) {
        this.listeners.onRefused();
        return;
      }
      this.attempts += 1;
      this.again = setTimeout(() => this.open(), Math.min(SLOWEST_MS, 400 * 2 ** this.attempts));
    };
  }

  private heard(message: { type: string; n?: number; event?: MeetingEvent } & Live): void {
    if (message.type === 'ready') {
      this.attempts = 0;
      this.listeners.onConnected(true);
    } else if (message.type === 'event' && message.event && message.event.sequence > this.last) {
      this.last = message.event.sequence;
      this.listeners.onEvent(message.event);
    } else if (message.type === 'live') {
      this.say({ type: 'ack', n: message.n });
      this.listeners.onLive(message);
    }
  }
}
