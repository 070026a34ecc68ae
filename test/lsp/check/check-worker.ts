/** A checker worker that behaves as the name of the policy demands. */
import type { Outcome } from '../../../server/checker/incremental/outcomes.js';
import type { PolicyResult } from '../../../server/checker/results/result.js';
import type { CheckAnswer, CheckOrder, CheckReport } from '../../../server/lsp/check/messages.js';
import type { CallContext } from '../../../server/threads/answer-calls.js';
import { answerInNode } from '../../../server/threads/node/answer.js';

let orders = 0;

answerInNode((order: CheckOrder, { report, isCancelled }: CallContext<CheckReport>): CheckAnswer => {
    if (order.kind === 'search') {
        report({ kind: 'outcome', piece: 0, outcome: claim('first'), isComplete: true });
        return { kind: 'searched' };
    }
    orders++;
    switch (order.kind === 'plan' && order.policy.name) {
        case 'answer':
            report({ kind: 'progress', progress: { claim: 'second', states: 7 } });
            return result(`order ${orders}`);
        case 'plan': {
            const places = { sources: [], ruleLines: [], otherLines: [] };
            return { kind: 'plan', pieces: [{ kind: 'claim', key: 'k', places }] };
        }
        case 'stop when asked':
            while (!isCancelled()) {
                // This is a busy worker, which does not read messages.
            }
            return result('stopped');
        case 'hang':
            for (;;) {
                // This worker never polls for cancellation.
            }
        case 'keep 64 MB': {
            // Each number takes eight bytes in the heap.
            const kept = Array.from({ length: 64 }, (_, part) =>
                Array.from({ length: 125_000 }, (__, i) => part + i / 2)
            );
            return result(`${kept.length} MB`);
        }
        case 'exit':
            process.exit(3);
            break;
        default:
            throw new Error('no luck');
    }
});

function result(policy: string): CheckAnswer {
    return { kind: 'result', result: { policy } as PolicyResult };
}

function claim(name: string): Outcome {
    return { kind: 'claim', result: { name, basis: {}, text: `order ${orders}` } } as unknown as Outcome;
}
