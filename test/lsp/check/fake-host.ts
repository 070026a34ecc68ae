import type { ClaimResult, Limits, PolicyResult } from '../../../server/checker/results/result.js';
import type { CheckerHost, CheckListener, CheckOutcome, CheckRun, RunOptions } from '../../../server/lsp/check/host.js';
import type { Policy } from '../../../server/model/policy/policy.js';

export interface FakeRun {
    readonly policy: Policy;
    readonly limits: Limits;
    readonly listener: CheckListener;
    readonly options: RunOptions;
    readonly settle: (outcome: CheckOutcome) => void;
    cancelled: boolean;
}

/** A host with runs that end when the test ends them, or at once when they are cancelled. */
export class FakeHost implements CheckerHost {
    readonly runs: FakeRun[] = [];
    private waiting: (() => void)[] = [];

    start(policy: Policy, limits: Limits, listener: CheckListener, options: RunOptions = {}): CheckRun {
        let settle!: (outcome: CheckOutcome) => void;
        const outcome = new Promise<CheckOutcome>((resolve) => (settle = resolve));
        const run: FakeRun = { policy, limits, listener, options, settle, cancelled: false };
        this.runs.push(run);
        this.waiting.splice(0).forEach((wake) => wake());
        return {
            outcome,
            cancel: () => {
                run.cancelled = true;
                settle({ kind: 'cancelled' });
            }
        };
    }

    dispose(): Promise<void> {
        return Promise.resolve();
    }

    /** Run number `number`, counted from 1, once it has started. */
    async run(number: number): Promise<FakeRun> {
        while (this.runs.length < number) {
            await new Promise<void>((resolve) => this.waiting.push(resolve));
        }
        return this.runs[number - 1]!;
    }
}

/** A result for each claim of the policy: the given one, or else that the claim holds. */
export function resultOf(policy: Policy, given: Partial<ClaimResult> = {}): PolicyResult {
    return {
        policy: policy.name,
        source: policy.source,
        claims: policy.claims.map(({ name, kind, annotations = [], text, source }) => ({
            name,
            kind,
            annotations,
            text,
            source,
            verdict: 'holds',
            explanation: 'No session breaks it.',
            basis: {
                by: 'search',
                states: 1204,
                transitions: 5000,
                depth: 4,
                exhausted: true,
                scopes: [],
                slice: { tools: 2, rules: 1, monitors: 0 },
                milliseconds: 12
            },
            obstacles: [],
            saysNothing: false,
            expected: false,
            ...given
        })),
        scenarios: [],
        findings: []
    };
}
