import { type CancellationToken, CancellationTokenSource } from 'vscode-languageserver-protocol';

interface Job {
    readonly uri: string;
    urgent: boolean;
}

interface RunningJob extends Job {
    readonly source: CancellationTokenSource;
    /** Given up only for a more urgent one: it comes again. */
    preempted: boolean;
}

/**
 * Runs one job at a time, each after its delay. A new job for a document replaces the one before; an urgent one (the
 * document is open, or a person asked) goes before the others and interrupts them.
 */
export class CheckScheduler {
    private readonly delayed = new Map<string, ReturnType<typeof setTimeout>>();
    private readonly waiting: Job[] = [];
    private running: RunningJob | undefined;

    /** `execute` must end soon after its token is cancelled, and must not reject. */
    constructor(private readonly execute: (uri: string, token: CancellationToken) => Promise<void>) {}

    schedule(uri: string, delayMs: number, urgent: boolean): void {
        this.cancel(uri);
        const timer = setTimeout(() => {
            this.delayed.delete(uri);
            this.waiting.push({ uri, urgent });
            this.next();
        }, delayMs);
        this.delayed.set(uri, timer);
    }

    /** Makes the job of a document urgent and due now; one that runs goes on. */
    expedite(uri: string): void {
        if (this.running?.uri === uri && !this.running.source.token.isCancellationRequested) {
            this.running.urgent = true;
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
        if (this.running?.uri === uri) {
            this.running.preempted = false;
            this.running.source.cancel();
        }
    }

    dispose(): void {
        const running = this.running ? [this.running.uri] : [];
        for (const uri of [...this.delayed.keys(), ...this.waiting.map((job) => job.uri), ...running]) {
            this.cancel(uri);
        }
    }

    private next(): void {
        const urgent = this.waiting.findIndex((job) => job.urgent);
        if (this.running) {
            if (urgent >= 0 && !this.running.urgent && !this.running.source.token.isCancellationRequested) {
                this.running.preempted = true;
                this.running.source.cancel();
            }
            return;
        }
        const [job] = this.waiting.splice(Math.max(urgent, 0), 1);
        if (job) {
            const running: RunningJob = { ...job, source: new CancellationTokenSource(), preempted: false };
            this.running = running;
            void this.execute(job.uri, running.source.token).finally(() => {
                this.running = undefined;
                if (running.preempted) {
                    this.waiting.push(job);
                }
                this.next();
            });
        }
    }
}
