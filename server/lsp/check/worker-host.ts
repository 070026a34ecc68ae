import type { Outcome } from '../../checker/incremental/outcomes.js';
import { claimWithEvidence, resultOf } from '../../checker/incremental/outcomes.js';
import type { SessionAgain } from '../../checker/traces/replay-on-edited-policy.js';
import type { Limits } from '../../checker/results/result.js';
import { DEFAULT_LIMITS } from '../../checker/results/default-limits.js';
import type { Policy } from '../../model/policy.js';
import { messageOf } from '../log.js';
import type { PolicyPicture } from '../protocol.js';
import type { Threads } from '../threads.js';
import { CheckWorker } from './check-worker.js';
import type {
    AskOutcome,
    AskRun,
    CheckerHost,
    CheckListener,
    CheckOutcome,
    CheckRun,
    Question,
    RunOptions
} from './host.js';
import { KnownOutcomes } from './known-outcomes.js';
import type { CheckReport, PlannedPiece } from './messages.js';

/** Workers that were asked to stop and have not yet; the oldest of more is ended at once. */
const MOST_STOPPING = 2;
/** A spare worker is made this long after a run began, so that it takes nothing from the run's start. */
const SPARE_AFTER_MS = 300;

interface Run {
    readonly number: number;
    readonly policy: Policy;
    readonly limits: Limits;
    readonly listener: CheckListener;
    readonly options: RunOptions;
    readonly settle: (outcome: CheckOutcome) => void;
    /** Of a question. */
    readonly answer?: (answer: SessionAgain | PolicyPicture) => void;
    readonly outcomes: Map<number, Outcome>;
    pieces: readonly PlannedPiece[];
}

/**
 * Checks in worker threads. A run that is cancelled is over at once: its worker may need a moment to notice, and
 * the next run has the spare one. Outcomes are kept by what they depend on.
 */
export class WorkerCheckerHost implements CheckerHost {
    private readonly workers = new Map<CheckWorker, Run | undefined>();
    private readonly known = new KnownOutcomes();
    private runs = 0;
    private spareTimer: ReturnType<typeof setTimeout> | undefined;

    constructor(private readonly threads: Threads) {}

    start(policy: Policy, limits: Limits, listener: CheckListener, options: RunOptions = {}): CheckRun {
        const number = ++this.runs;
        let cancel = (): void => undefined;
        const outcome = new Promise<CheckOutcome>((resolve) => {
            const run: Run = {
                number,
                policy,
                limits,
                listener,
                options,
                settle: resolve,
                outcomes: new Map(),
                pieces: []
            };
            try {
                const worker = this.freeWorker(limits);
                this.workers.set(worker, run);
                worker.begin(number, (stop) => ({
                    kind: 'check',
                    run: number,
                    policy,
                    limits,
                    ...(stop && { stop })
                }));
                cancel = () => this.cancel(worker, run);
            } catch (error) {
                resolve({ kind: 'failed', message: messageOf(error) });
            }
        });
        this.planSpare(limits);
        return { outcome, cancel };
    }

    ask(question: Question): AskRun {
        const number = ++this.runs;
        let cancel = (): void => undefined;
        const outcome = new Promise<AskOutcome>((resolve) => {
            const run: Run = {
                number,
                policy: question.policy,
                limits: DEFAULT_LIMITS,
                listener: { onClaim: () => undefined, onProgress: () => undefined },
                options: {},
                settle: (ended) =>
                    resolve(ended.kind === 'done' ? { kind: 'failed', message: 'It was not answered.' } : ended),
                answer: (answer) => resolve({ kind: 'answered', answer }),
                outcomes: new Map(),
                pieces: []
            };
            try {
                const free = [...this.workers.keys()].find((worker) => worker.isFree);
                const worker = free ?? this.newWorker(DEFAULT_LIMITS);
                this.workers.set(worker, run);
                worker.begin(number, (stop) => ({ kind: 'ask', run: number, question, ...(stop && { stop }) }));
                cancel = () => this.cancel(worker, run);
            } catch (error) {
                resolve({ kind: 'failed', message: messageOf(error) });
            }
        });
        return { outcome, cancel };
    }

    async dispose(): Promise<void> {
        clearTimeout(this.spareTimer);
        await Promise.all([...this.workers.keys()].map((worker) => worker.end()));
    }

    private freeWorker(limits: Limits): CheckWorker {
        const free = [...this.workers.keys()].filter((worker) => worker.isFree);
        // The bound on the heap is given when a worker is made.
        free.filter(({ maxMemoryMB }) => maxMemoryMB !== limits.maxMemoryMB).forEach((worker) => this.discard(worker));
        return free.find(({ maxMemoryMB }) => maxMemoryMB === limits.maxMemoryMB) ?? this.newWorker(limits);
    }

    private newWorker({ maxMemoryMB }: Limits): CheckWorker {
        const worker: CheckWorker = new CheckWorker(this.threads, maxMemoryMB, {
            onReport: (report) => this.receive(worker, report),
            onEnd: (message) => {
                const run = this.workers.get(worker);
                this.workers.delete(worker);
                run?.settle({ kind: 'died', message });
            }
        });
        this.workers.set(worker, undefined);
        return worker;
    }

    private planSpare(limits: Limits): void {
        this.spareTimer ??= setTimeout(() => {
            this.spareTimer = undefined;
            if (![...this.workers.keys()].some((worker) => worker.isFree)) {
                this.newWorker(limits);
            }
        }, SPARE_AFTER_MS);
    }

    private discard(worker: CheckWorker): void {
        this.workers.delete(worker);
        void worker.end();
    }

    private cancel(worker: CheckWorker, run: Run): void {
        if (this.workers.get(worker) !== run) {
            return;
        }
        this.workers.set(worker, undefined);
        worker.abandon();
        run.settle({ kind: 'cancelled' });
        const stopping = [...this.workers].filter(([other, of]) => of === undefined && !other.isFree);
        stopping.slice(0, -MOST_STOPPING).forEach(([other]) => this.discard(other));
    }

    private receive(worker: CheckWorker, report: CheckReport): void {
        const run = this.workers.get(worker);
        if (report.run !== run?.number) {
            return;
        }
        switch (report.kind) {
            case 'plan':
                this.planned(worker, run, report.pieces);
                break;
            case 'outcome':
                this.found(run, report);
                break;
            case 'progress':
                run.listener.onProgress(report.progress);
                break;
            case 'done':
                this.end(worker, run, { kind: 'done', result: report.result ?? this.resultOf(run) });
                break;
            case 'answer':
                this.workers.set(worker, undefined);
                run.answer?.(report.answer);
                break;
            case 'cancelled':
                this.end(worker, run, { kind: 'cancelled' });
                break;
            case 'failed':
                this.end(worker, run, { kind: 'failed', message: report.message });
                break;
        }
    }

    private planned(worker: CheckWorker, run: Run, pieces: readonly PlannedPiece[]): void {
        const { policy, options } = run;
        run.pieces = pieces;
        pieces.forEach(({ key }, index) => {
            const outcome = this.known.get(policy.source.uri, key, options.retries === true);
            if (outcome) {
                run.outcomes.set(index, outcome);
            }
        });
        pieces.forEach((_, index) => {
            const outcome = run.outcomes.get(index);
            if (outcome?.kind === 'claim') {
                this.tell(run, index, outcome);
            }
        });
        if (run.outcomes.size === pieces.length) {
            worker.release();
            this.end(worker, run, { kind: 'done', result: this.resultOf(run) });
            return;
        }
        worker.send({
            kind: 'search',
            run: run.number,
            known: new Map(run.outcomes),
            ...(options.near && { near: options.near })
        });
    }

    private found(run: Run, { piece, outcome, isComplete }: CheckReport & { kind: 'outcome' }): void {
        run.outcomes.set(piece, outcome);
        if (isComplete) {
            const isTimed = isLimited(outcome);
            this.known.set(run.policy.source.uri, run.pieces[piece]!.key, { outcome, isTimed });
        }
        this.tell(run, piece, outcome);
    }

    /** A scenario may show something of claims that were reported before it ran. */
    private tell({ listener, pieces, outcomes }: Run, piece: number, outcome: Outcome): void {
        const shown = outcome.kind === 'scenario' ? outcome.evidence.map(({ claim }) => claim) : [];
        const claims = outcome.kind === 'claim' ? [piece] : [...new Set(shown)];
        for (const claim of claims) {
            const result = claimWithEvidence(claim, pieces, outcomes);
            if (result) {
                listener.onClaim(result);
            }
        }
    }

    private resultOf({ policy, pieces, outcomes }: Run): (CheckOutcome & { kind: 'done' })['result'] {
        return resultOf(
            policy,
            pieces,
            pieces.map((_, index) => outcomes.get(index)!)
        );
    }

    private end(worker: CheckWorker, run: Run, outcome: CheckOutcome): void {
        this.workers.set(worker, undefined);
        run.settle(outcome);
    }
}

/** A search that met a limit: what it says may be otherwise where there is more time. */
function isLimited(outcome: Outcome): boolean {
    return (
        outcome.kind === 'claim' &&
        (outcome.result.basis.limit !== undefined || outcome.result.acrossSessions?.basis.limit !== undefined)
    );
}
