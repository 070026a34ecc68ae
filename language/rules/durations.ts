/** GR415 a duration of nothing. */
import type { ValidationAcceptor } from 'langium';
import type { RequireApproval, WaitStep } from '../generated/ast.js';
import { durationSeconds } from '../values.js';
import type { ValidationRule } from './rule.js';

export const durations: ValidationRule = {
    codes: ['GR415'],
    checks: () => ({
        RequireApproval: (rule, accept) => {
            check(rule, 'valid', 'An approval that is valid for no time serves no later call', accept);
            check(rule, 'timeout', 'A request that lapses at once cannot be answered', accept);
        },
        WaitStep: (step, accept) => check(step, 'duration', 'Waiting for no time does nothing', accept)
    })
};

function check(
    node: RequireApproval | WaitStep,
    property: 'valid' | 'timeout' | 'duration',
    problem: string,
    accept: ValidationAcceptor
): void {
    const text: unknown = (node as unknown as { [name: string]: unknown })[property];
    if (typeof text === 'string' && durationSeconds(text) === 0) {
        accept('warning', `${problem}. Write a duration such as 15m.`, {
            node: node as RequireApproval & WaitStep,
            property,
            code: 'GR415'
        });
    }
}
