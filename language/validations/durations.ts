/** GR415: a duration of zero. */
import { obvious } from '../edits/edit.js';
import { replaceMarked } from '../edits/edits.js';
import type {
    AtMostClaim,
    Lasting,
    LastIs,
    Once,
    PossibleClaim,
    RequireApproval,
    Since,
    StaysPossibleClaim,
    WaitStep
} from '../generated/ast.js';
import { durationSeconds } from '../parser/values.js';
import type { Reporter, ValidationRule } from './rule.js';

export const durations: ValidationRule = {
    codes: ['GR415'],
    checks: {
        RequireApproval: (rule, report) => {
            check(rule, 'timeout', 'A request that lapses at once cannot be answered', report);
        },
        Lasting: (lasting, report) =>
            check(lasting, 'valid', 'An approval that is valid for no time covers no later call', report),
        Once: (condition, report) => check(condition, 'within', WINDOW, report),
        Since: (condition, report) => check(condition, 'within', WINDOW, report),
        LastIs: (condition, report) => check(condition, 'within', WINDOW, report),
        AtMostClaim: (claim, report) => check(claim, 'within', WINDOW, report),
        PossibleClaim: (claim, report) => check(claim, 'within', STEPS, report),
        StaysPossibleClaim: (claim, report) => check(claim, 'within', STEPS, report),
        WaitStep: (step, report) => check(step, 'duration', 'Waiting for no time does nothing', report)
    }
};

const WINDOW = 'Within no time only the same second counts';

const STEPS = 'Within no time nobody can wait for anything';

type Timed =
    | RequireApproval
    | Lasting
    | WaitStep
    | Once
    | Since
    | LastIs
    | AtMostClaim
    | PossibleClaim
    | StaysPossibleClaim;

function check(
    node: Timed,
    property: 'valid' | 'timeout' | 'duration' | 'within',
    problem: string,
    report: Reporter
): void {
    const text: unknown = (node as unknown as { [name: string]: unknown })[property];
    if (typeof text === 'string' && durationSeconds(text) === 0) {
        report.warning(
            'GR415',
            [node as RequireApproval & WaitStep & Once, property],
            `${problem}. Write a duration such as 15m.`,
            (problem) => [obvious('Change to `15m`', replaceMarked(problem, '15m'))]
        );
    }
}
