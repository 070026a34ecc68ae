import { CheckCancelled, checkPolicy } from '../../checker/check.js';
import { decideAgain, type SessionAgain } from '../../checker/traces/replay-on-edited-policy.js';
import { finished, type Pausing } from '../../checker/limits/resumable.js';
import { flowsOf } from '../../diagrams/flows.js';
import { machinesOf } from '../../diagrams/machines.js';
import { Pieces } from '../../checker/incremental/index.js';
import type { Limits } from '../../checker/results/result.js';
import { SharedWork } from '../../checker/limits/shared-work.js';
import type { Policy } from '../../model/policy.js';
import type { PolicyPicture } from '../protocol.js';
import type { AskOrder, CheckOrder, CheckReport, SearchOrder, WorkerOrder } from './messages.js';

const PROGRESS_EVERY_MS = 250;
/** Of each search for a picture, which is looked at while its policy is written: what takes longer is shown as not known. */
const PICTURE_LIMITS: Limits = { maxStates: 100_000, maxTransitions: 1_000_000, maxMemoryMB: 256, timeoutMs: 3_000 };

/** Carries out orders inside a worker of any kind, one after the other; reports go out through `post` as they come. */
export class OrderRunner {
    private planned: { readonly order: CheckOrder; readonly pieces: Pieces } | undefined;

    /** @param hash different for different texts, as far as anyone can tell */
    constructor(
        private readonly post: (report: CheckReport) => void,
        private readonly hash: (text: string) => string
    ) {}

    receive(order: WorkerOrder): void {
        const { run } = order;
        try {
            if (order.kind === 'ask') {
                this.post({ run, kind: 'answer', answer: answerTo(order) });
            } else if (order.kind === 'check') {
                this.plan(order);
            } else if (this.planned?.order.run === run) {
                const { order: asked, pieces } = this.planned;
                this.planned = undefined;
                this.search(asked, pieces, order);
            }
        } catch (error) {
            if (error instanceof CheckCancelled) {
                this.post({ run, kind: 'cancelled' });
            } else {
                this.post({ run, kind: 'failed', message: error instanceof Error ? error.message : String(error) });
            }
        }
    }

    private plan(order: CheckOrder): void {
        const { run, policy, limits } = order;
        const pieces = Pieces.of(policy, limits);
        if (!pieces) {
            this.post({ run, kind: 'done', result: checkPolicy(policy, { limits, ...this.watching(order) }) });
            return;
        }
        this.planned = { order, pieces };
        this.post({
            run,
            kind: 'plan',
            pieces: pieces.all.map(({ kind, key, places }) => ({ kind, key: this.hash(key), places }))
        });
    }

    private search(order: CheckOrder, pieces: Pieces, { known, near }: SearchOrder): void {
        const { run } = order;
        pieces.check(known, {
            ...this.watching(order),
            ...(near && { near }),
            onOutcome: (piece, outcome, isComplete) => this.post({ run, kind: 'outcome', piece, outcome, isComplete })
        });
        this.post({ run, kind: 'done' });
    }

    private watching({
        run,
        stop
    }: CheckOrder): Pick<Parameters<typeof checkPolicy>[1] & object, 'isCancelled' | 'onProgress'> {
        const asked = stop && new Int32Array(stop);
        let reported = Date.now();
        return {
            isCancelled: () => asked !== undefined && Atomics.load(asked, 0) !== 0,
            onProgress: ({ claim, states }) => {
                const now = Date.now();
                if (now - reported >= PROGRESS_EVERY_MS) {
                    reported = now;
                    this.post({ run, kind: 'progress', progress: { claim, states } });
                }
            }
        };
    }
}

function answerTo({ question, stop }: AskOrder): SessionAgain | PolicyPicture {
    if (question.kind === 'again') {
        return decideAgain(question.policy, question.trace);
    }
    const asked = stop && new Int32Array(stop);
    return finished(picturing(question.policy, () => asked !== undefined && Atomics.load(asked, 0) !== 0));
}

function* picturing(policy: Policy, isCancelled: () => boolean): Pausing<PolicyPicture> {
    const options = { limits: PICTURE_LIMITS, isFewEnough: true, shared: new SharedWork(), isCancelled } as const;
    const machines = yield* machinesOf(policy, options);
    return { policy: policy.name, machines, flows: yield* flowsOf(policy, options) };
}
