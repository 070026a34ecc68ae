/** Shows one line on standard error while a long check runs, if a person is watching. */
import { counted } from '../../model/text/plural.js';
import type { Progress } from '../../checker/check.js';
import { duration, grouped, hang } from './layout.js';
import type { Style } from './style.js';
import type { Terminal } from './terminal.js';

/** The time to wait before the first message: a shorter wait needs none. */
const PATIENCE_MS = 500;
const INTERVAL_MS = 100;

export interface ProgressStream {
    write(text: string): unknown;
}

/** The line of a command; undefined if nobody watches standard error. */
export function progressOf({ isWatched, writeError, errorStyle }: Terminal): ProgressLine | undefined {
    return isWatched ? new ProgressLine({ write: writeError }, errorStyle) : undefined;
}

export class ProgressLine {
    private started = 0;
    private last = 0;
    private isShown = false;
    private timer: NodeJS.Timeout | undefined;

    /** @param now the time in milliseconds */
    constructor(
        private readonly stream: ProgressStream,
        private readonly style: Style,
        private readonly now: () => number = () => performance.now()
    ) {
        this.started = now();
    }

    /** Called for a new file: the waiting time starts again. */
    restart(): void {
        this.clear();
        this.started = this.now();
    }

    /** Shows the file name until more is known: reading a large text takes a while. */
    begin(path: string): void {
        clearInterval(this.timer);
        this.timer = setInterval(() => {
            if (this.now() - this.last >= PATIENCE_MS) {
                this.showNumbers(path, () => []);
            }
        }, PATIENCE_MS);
        this.timer.unref();
    }

    end(): void {
        clearInterval(this.timer);
        this.clear();
    }

    show(path: string, progress: Progress): void {
        this.showNumbers(`${path}: ${progress.claim}`, (elapsed) => [
            counted(progress.states, 'state'),
            `${grouped(Math.round((progress.states / elapsed) * 1000))}/s`,
            `depth ${progress.depth}`,
            `queue ${grouped(progress.queue)}`
        ]);
    }

    /** @param numbers receives the milliseconds since the start, and is called only if they are shown */
    showNumbers(what: string, numbers: (elapsed: number) => readonly string[]): void {
        const now = this.now();
        const elapsed = now - this.started;
        if (elapsed < PATIENCE_MS || now - this.last < INTERVAL_MS) {
            return;
        }
        this.last = now;
        this.isShown = true;
        const { separator, ellipsis } = this.style.signs;
        const text = `${[...numbers(elapsed), duration(elapsed)].join(` ${separator} `)}  ${what}`;
        const [line = ''] = hang('', text, { width: this.style.width - ellipsis.length - 1 });
        this.stream.write(`\r\u001b[K${this.style.dim(line.length < text.length ? line + ellipsis : line)}`);
    }

    clear(): void {
        if (this.isShown) {
            this.stream.write('\r\u001b[K');
            this.isShown = false;
        }
    }
}
