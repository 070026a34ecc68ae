/** GR415: a duration of zero. */
import type { ValidationAcceptor } from 'langium';
import { obvious, withFixes } from '../edits/edit.js';
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
import type { ValidationRule } from './rule.js';

export const durations: ValidationRule = {
    codes: ['GR415'],
    checks: () => ({
        RequireApproval: (rule, accept) => {
            check(rule, 'timeout', 'A request that lapses at once cannot be answered', accept);
        },
        Lasting: (lasting, accept) =>
            check(lasting, 'valid', 'An approval that is valid for no time covers no later call', accept),
        Once: (condition, accept) => check(condition, 'within', WINDOW, accept),
        Since: (condition, accept) => check(condition, 'within', WINDOW, accept),
        LastIs: (condition, accept) => check(condition, 'within', WINDOW, accept),
        AtMostClaim: (claim, accept) => check(claim, 'within', WINDOW, accept),
        PossibleClaim: (claim, accept) => check(claim, 'within', STEPS, accept),
        StaysPossibleClaim: (claim, accept) => check(claim, 'within', STEPS, accept),
        WaitStep: (step, accept) => check(step, 'duration', 'Waiting for no time does nothing', accept)
    })
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
    accept: ValidationAcceptor
): void {
    const text: unknown = (node as unknown as { [name: string]: unknown })[property];
    if (typeof text === 'string' && durationSeconds(text) === 0) {
        accept('warning', `${problem}. Write a duration such as 15m.`, {
            node: node as RequireApproval & WaitStep & Once,
            property,
            code: 'GR415',
            ...withFixes((problem) => [obvious('Change to `15m`', replaceMarked(problem, '15m'))])
        });
    }
}
