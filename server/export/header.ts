/** Writes the header of every exported system. */
import { questionOf } from '../checker/questions/question.js';
import type { GuardedSystem } from './guarded.js';

export function headerLines({ policy, claim, differences }: GuardedSystem): string[] {
    const isPossible = questionOf(claim).goal === 'work';
    return [
        `Policy ${policy}, claim "${claim.name}": ${claim.text.replace(/\s+/g, ' ')}`,
        isPossible ? 'The claim states that a goal can be reached.' : 'Reaching a goal breaks the claim.',
        'A held call is approved and released in one step. Agents are hijacked: they make any call at any time.',
        ...(differences.length > 0
            ? ['It is not the whole system of the checker:', ...differences]
            : ['It is the system that the checker explores for this claim.'])
    ];
}
