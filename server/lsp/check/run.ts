import { checkPolicy } from '../../checker/check.js';
import { decideAgain } from '../../checker/traces/replay-on-edited-policy.js';
import { reasonsOf } from '../../checker/traces/reasons.js';
import { finished, type Resumable } from '../../checker/limits/resumable.js';
import { flowsOf } from '../../diagrams/flows.js';
import { machinesOf } from '../../diagrams/machines.js';
import { SurveyCache } from '../../checker/findings/survey.js';
import { Pieces } from '../../checker/incremental/index.js';
import type { Limits } from '../../checker/results/result.js';
import { SharedWork } from '../../checker/limits/shared-work.js';
import type { Policy } from '../../model/policy/policy.js';
import type { PolicyDiagram } from '../protocol.js';
import type { CallContext } from '../../threads/answer-calls.js';
import type { Answer, Question } from './host.js';
import type { CheckAnswer, CheckOrder, CheckReport } from './messages.js';

const PROGRESS_EVERY_MS = 250;
/**
 * The limits of each search for a drawing. The author looks at the drawing while writing the policy, so longer searches
 * are shown as unknown.
 */
const PICTURE_LIMITS: Limits = { maxStates: 100_000, maxTransitions: 1_000_000, maxMemoryMB: 256, timeoutMs: 3_000 };

type Context = CallContext<CheckReport>;

/** Executes orders inside any kind of worker. */
export class OrderRunner {
    /** The policy of the last plan. */
    private pieces: Pieces | undefined;
    private readonly surveys = new SurveyCache();

    /** @param hash a function whose results are different for different texts, for all practical purposes */
    constructor(private readonly hash: (text: string) => string) {}

    readonly run = (order: CheckOrder, context: Context): CheckAnswer => {
        switch (order.kind) {
            case 'plan':
                return this.plan(order, context);
            case 'search':
                return this.search(order, context);
            case 'ask':
                return { kind: 'answer', answer: answerTo(order.question, context) };
        }
    };

    private plan({ policy, limits }: CheckOrder & { readonly kind: 'plan' }, context: Context): CheckAnswer {
        const pieces = Pieces.of(policy, limits);
        if (!pieces) {
            return { kind: 'result', result: checkPolicy(policy, { limits, ...watching(context) }) };
        }
        this.pieces = pieces;
        return {
            kind: 'plan',
            pieces: pieces.all.map(({ kind, key, places }) => ({ kind, key: this.hash(key), places }))
        };
    }

    private search({ known, near }: CheckOrder & { readonly kind: 'search' }, context: Context): CheckAnswer {
        const { pieces } = this;
        this.pieces = undefined;
        pieces!.check(known, {
            ...watching(context),
            surveys: this.surveys,
            ...(near && { near }),
            onOutcome: (piece, outcome, isComplete) => context.report({ kind: 'outcome', piece, outcome, isComplete })
        });
        return { kind: 'searched' };
    }
}

function watching({
    report,
    isCancelled
}: Context): Pick<Parameters<typeof checkPolicy>[1] & object, 'isCancelled' | 'onProgress'> {
    let reported = Date.now();
    return {
        isCancelled,
        onProgress: ({ claim, states }) => {
            const now = Date.now();
            if (now - reported >= PROGRESS_EVERY_MS) {
                reported = now;
                report({ kind: 'progress', progress: { claim, states } });
            }
        }
    };
}

function answerTo(question: Question, { isCancelled }: Context): Answer {
    switch (question.kind) {
        case 'again':
            return decideAgain(question.policy, question.trace);
        case 'reasons':
            return reasonsOf(question.policy, question.trace, question.claim);
        case 'picture':
            return finished(picturing(question.policy, isCancelled));
    }
}

function* picturing(policy: Policy, isCancelled: () => boolean): Resumable<PolicyDiagram> {
    const options = { limits: PICTURE_LIMITS, isFewEnough: true, shared: new SharedWork(), isCancelled } as const;
    const machines = yield* machinesOf(policy, options);
    return { policy: policy.name, machines, flows: yield* flowsOf(policy, options) };
}
