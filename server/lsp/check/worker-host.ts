import { claimWithEvidence, type Outcome, type Piece, resultOf } from '../../checker/incremental/outcomes.js';
import { DEFAULT_LIMITS } from '../../checker/results/default-limits.js';
import type { Limits, PolicyResult } from '../../checker/results/result.js';
import type { Policy } from '../../model/policy/policy.js';
import { WorkerPool } from '../../threads/pool.js';
import type { Threads } from '../../threads/threads.js';
import { WorkerDied } from '../../threads/worker.js';
import { messageOf } from '../connection/log.js';
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
import { OutcomeCache } from './outcome-cache.js';
import type { CheckAnswer, CheckOrder, CheckReport } from './messages.js';

/** The number of milliseconds after which a worker that does not stop when asked to is terminated. */
const STOP_WITHIN_MS = 1000;
/**
 * The number of workers that may be asked to stop without having stopped yet; beyond it, the oldest is terminated at
 * once.
 */
const MOST_STOPPING = 2;
/** The delay after the start of a run before a spare worker is created, so that it does not slow that start. */
const SPARE_AFTER_MS = 300;
/** The memory for the language and the checker themselves, in addition to the states of a claim. */
const OWN_HEAP_MB = 256;

type CheckWorkers = WorkerPool<CheckOrder, CheckReport, CheckAnswer>;

interface Run {
    readonly policy: Policy;
    readonly limits: Limits;
    readonly listener: CheckListener;
    readonly options: RunOptions;
    readonly outcomes: Map<number, Outcome>;
    pieces: readonly Piece[];
}

/**
 * Checks in worker threads. A cancelled run ends at once: its worker may need a moment to notice, and the next run gets
 * the spare one. Outcomes are cached by what they depend on.
 */
export class WorkerCheckerHost implements CheckerHost {
    private workers: { readonly maxMemoryMB: number; readonly pool: CheckWorkers } | undefined;
    private readonly known = new OutcomeCache();

    constructor(private readonly threads: Threads) {}

    start(policy: Policy, limits: Limits, listener: CheckListener, options: RunOptions = {}): CheckRun {
        const run: Run = { policy, limits, listener, options, outcomes: new Map(), pieces: [] };
        return cancellable<CheckOutcome>(async (signal) => ({ kind: 'done', result: await this.check(run, signal) }));
    }

    ask(question: Question): AskRun {
        const { pool } = this.workers ?? this.workersOf(DEFAULT_LIMITS);
        return cancellable<AskOutcome>(async (signal) => {
            const answered = await pool.call({ kind: 'ask', question }, { signal });
            return answered.kind === 'answer'
                ? { kind: 'answered', answer: answered.answer }
                : { kind: 'failed', message: 'It was not answered.' };
        });
    }

    async dispose(): Promise<void> {
        await this.workers?.pool.dispose();
    }

    /** The heap limit is set when a worker is created. */
    private workersOf({ maxMemoryMB }: Limits): { readonly pool: CheckWorkers } {
        if (this.workers?.maxMemoryMB !== maxMemoryMB) {
            this.workers?.pool.retire();
            const pool: CheckWorkers = new WorkerPool(this.threads, 'worker', {
                // The checker stores its states outside the heap and counts them itself, so that it ends gracefully.
                maxHeapMB: OWN_HEAP_MB + maxMemoryMB,
                stopWithinMs: STOP_WITHIN_MS,
                mostStopping: MOST_STOPPING,
                spareAfterMs: SPARE_AFTER_MS
            });
            this.workers = { maxMemoryMB, pool };
        }
        return this.workers;
    }

    private check(run: Run, signal: AbortSignal): Promise<PolicyResult> {
        const { policy, limits, options } = run;
        const onReport = (report: CheckReport): void => this.receive(run, report);
        return this.workersOf(limits).pool.use(async (worker) => {
            const planned = await worker.call({ kind: 'plan', policy, limits }, { signal, onReport });
            if (planned.kind === 'result') {
                return planned.result;
            }
            this.plan(run, planned.kind === 'plan' ? planned.pieces : []);
            if (run.outcomes.size < run.pieces.length) {
                const known = new Map(run.outcomes);
                const order = { kind: 'search', known, ...(options.near && { near: options.near }) } as const;
                await worker.call(order, { signal, onReport });
            }
            return resultOf(
                policy,
                run.pieces,
                run.pieces.map((_, index) => run.outcomes.get(index)!)
            );
        }, signal);
    }

    private plan(run: Run, pieces: readonly Piece[]): void {
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
    }

    private receive(run: Run, report: CheckReport): void {
        if (report.kind === 'progress') {
            run.listener.onProgress(report.progress);
            return;
        }
        const { piece, outcome, isComplete } = report;
        run.outcomes.set(piece, outcome);
        if (isComplete) {
            const isTimed = isLimited(outcome);
            this.known.set(run.policy.source.uri, run.pieces[piece]!.key, { outcome, isTimed });
        }
        this.tell(run, piece, outcome);
    }

    /** A scenario may give evidence on claims that were reported before it ran. */
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
}

type UnfinishedRun = { readonly kind: 'cancelled' } | { readonly kind: 'failed' | 'died'; readonly message: string };

/**
 * Makes a run that can be cancelled.
 * @param run returns the outcome, which never rejects
 */
function cancellable<Outcome>(run: (signal: AbortSignal) => Promise<Outcome>): {
    readonly outcome: Promise<Outcome | UnfinishedRun>;
    cancel(): void;
} {
    const controller = new AbortController();
    const { signal } = controller;
    const outcome = run(signal).catch((error: unknown): UnfinishedRun => {
        if (signal.aborted) {
            return { kind: 'cancelled' };
        }
        return { kind: error instanceof WorkerDied ? 'died' : 'failed', message: messageOf(error) };
    });
    return { outcome, cancel: () => controller.abort() };
}

/** True for a search that reached a limit, because its result may differ with more time. */
function isLimited(outcome: Outcome): boolean {
    return (
        outcome.kind === 'claim' &&
        (outcome.result.basis.limit !== undefined || outcome.result.acrossSessions?.basis.limit !== undefined)
    );
}
