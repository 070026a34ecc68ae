import { type CancellationToken, CancellationTokenSource } from 'vscode-languageserver-protocol';

interface Job {
    readonly uri: string;
    urgent: boolean;
    /** The time after which the job makes way for others that wait. */
    readonly sliceMs: number;
}

/**
 * The first slice of a job. Most policies are checked within it; a slow one continues later, with twice the time and
 * with the results that it already has.
 */
const FIRST_SLICE_MS = 2_000;

interface RunningJob extends Job {
    readonly source: CancellationTokenSource;
    /** True if the job was interrupted for a more urgent one; it runs again later. */
    preempted: boolean;
}

/**
 * Runs jobs, each after its delay, a few at a time. A new job for a document replaces its previous one. An urgent job
 * (the document is open, or a person requested it) goes first and interrupts another. A job that takes long makes way
 * for those that wait.
 */
export class CheckScheduler {
    private readonly delayed = new Map<string, ReturnType<typeof setTimeout>>();
    private readonly waiting: Job[] = [];
    private readonly running: RunningJob[] = [];

    /**
     * @param execute must end soon after its token is cancelled, and must not reject
     * @param most the maximum number of jobs running at the same time
     */
    constructor(
        private readonly execute: (uri: string, token: CancellationToken) => Promise<void>,
        private readonly most: () => number = () => 1
    ) {}

    schedule(uri: string, delayMs: number, urgent: boolean): void {
        this.cancel(uri);
        const timer = setTimeout(() => {
            this.delayed.delete(uri);
            this.waiting.push({ uri, urgent, sliceMs: FIRST_SLICE_MS });
            this.next();
        }, delayMs);
        this.delayed.set(uri, timer);
    }

    /** Makes the job of a document urgent and due now; a running job continues. */
    expedite(uri: string): void {
        const running = this.live(uri);
        if (running) {
            running.urgent = true;
        } else {
            this.schedule(uri, 0, true);
        }
    }

    cancel(uri: string): void {
        clearTimeout(this.delayed.get(uri));
        this.delayed.delete(uri);
        const index = this.waiting.findIndex((job) => job.uri === uri);
        if (index >= 0) {
            this.waiting.splice(index, 1);
        }
        for (const running of this.running.filter((job) => job.uri === uri)) {
            running.preempted = false;
            running.source.cancel();
        }
    }

    dispose(): void {
        const running = this.running.map((job) => job.uri);
        for (const uri of [...this.delayed.keys(), ...this.waiting.map((job) => job.uri), ...running]) {
            this.cancel(uri);
        }
    }

    private live(uri: string): RunningJob | undefined {
        return this.running.find((job) => job.uri === uri && !job.source.token.isCancellationRequested);
    }

    /** Among equally urgent jobs, those with the shortest slice come first: they have not turned out to be slow. */
    private next(): void {
        this.waiting.sort((a, b) => a.sliceMs - b.sliceMs);
        const urgent = this.waiting.findIndex((job) => job.urgent);
        if (this.running.length >= this.most()) {
            const isEnding = this.running.some((job) => job.source.token.isCancellationRequested);
            const other = this.running.find((job) => !job.urgent);
            if (urgent >= 0 && other && !isEnding) {
                other.preempted = true;
                other.source.cancel();
            }
            return;
        }
        const [job] = this.waiting.splice(Math.max(urgent, 0), 1);
        if (job) {
            this.start(job);
            this.next();
        }
    }

    private start(job: Job): void {
        const running: RunningJob = { ...job, source: new CancellationTokenSource(), preempted: false };
        this.running.push(running);
        let isLong = false;
        const slice = setInterval(() => {
            isLong = true;
            const waits = ({ urgent }: Job): boolean => urgent || !running.urgent;
            if (this.waiting.some(waits) && !running.source.token.isCancellationRequested) {
                running.preempted = true;
                running.source.cancel();
            }
        }, job.sliceMs);
        void this.execute(job.uri, running.source.token).finally(() => {
            clearInterval(slice);
            this.running.splice(this.running.indexOf(running), 1);
            if (running.preempted) {
                const { uri, urgent } = running;
                this.waiting.push({ uri, urgent, sliceMs: isLong ? job.sliceMs * 2 : job.sliceMs });
            }
            this.next();
        });
    }
}
