/** The sessions that are open: a bounded number, whatever the log interleaves. */
import { replayLimit } from './limits.js';

interface Entry<T> {
    readonly session: T;
    /** When it was last read, by the number of that event. */
    last: number;
}

export class SessionTable<T> {
    private readonly open = new Map<string, Entry<T>>();
    /** Names of sessions that were closed for want of room. */
    private readonly closed = new Set<string>();
    private readonly most = replayLimit('openSessions');
    private readonly mostClosed = replayLimit('closedSessions');
    private clock = 0;
    /** Sessions that were closed for want of room; of these, those that went on later. */
    closedEarly = 0;
    goingOn = 0;

    /** @param onClose gets each session once, when nothing more of it is read */
    constructor(private readonly onClose: (session: T) => void) {}

    get(name: string, begin: () => T): T {
        let entry = this.open.get(name);
        if (!entry) {
            if (this.open.size >= this.most) {
                this.makeRoom();
            }
            if (this.closed.delete(name)) {
                this.goingOn++;
            }
            entry = { session: begin(), last: 0 };
            this.open.set(name, entry);
        }
        entry.last = ++this.clock;
        return entry.session;
    }

    close(name: string): void {
        const entry = this.open.get(name);
        if (entry) {
            this.open.delete(name);
            this.onClose(entry.session);
        }
    }

    closeAll(): void {
        for (const name of [...this.open.keys()]) {
            this.close(name);
        }
    }

    /** A tenth at once, so that it is rare. */
    private makeRoom(): void {
        const silent = [...this.open].sort(([, a], [, b]) => a.last - b.last).slice(0, Math.ceil(this.most / 10));
        for (const [name] of silent) {
            this.closedEarly++;
            if (this.closed.size < this.mostClosed) {
                this.closed.add(name);
            }
            this.close(name);
        }
    }
}
