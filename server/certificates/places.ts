/** Where the conditions of a proof are, as JSON pointers (RFC 6901) into the policy or into what has to be proven. */
import type { Side } from '../verify/literals.js';
import type { Claim, Condition, Policy } from '../verify/policy.js';

/** A condition that is not put together from others. */
export interface Place {
    readonly pointer: string;
    readonly condition: Condition;
    readonly side: Side;
}

/** The conditions of a claim: below `claim` in the policy, or below `/bad` if it was derived from another one. */
export function placesOfClaim({ bad, when, condition }: Claim, claim: string): Place[] {
    return [
        ...(bad ? placesIn(bad, `${claim}/bad`, 'claim') : []),
        ...(when ? placesIn(when, `${claim}/when`, 'claim') : []),
        ...(condition ? placesIn(condition, `${claim}/condition`, 'claim') : [])
    ];
}

export function placesOfRule({ rules }: Policy, number: number): Place[] {
    const { kind, when, requires, mode } = rules[number]!;
    const side = kind === 'withhold' ? 'claim' : 'rules';
    return [
        ...(mode ? placesIn({ op: 'in mode', ...mode }, `/rules/${number}/mode`, 'rules') : []),
        ...placesIn(when, `/rules/${number}/when`, side),
        ...(requires ? placesIn(requires, `/rules/${number}/requires`, 'rules') : [])
    ];
}

function placesIn(condition: Condition, pointer: string, side: Side): Place[] {
    const { op, arg, args } = condition as Condition & { readonly arg?: Condition; readonly args?: Condition[] };
    switch (op) {
        case 'not':
            return placesIn(arg!, `${pointer}/arg`, side);
        case 'and':
        case 'or':
            return args!.flatMap((one, index) => placesIn(one, `${pointer}/args/${index}`, side));
        case 'constant':
        case 'caller is':
        case 'tool is':
            return [];
        default:
            return [{ pointer, condition, side }];
    }
}

/** The numbers of the conditions that the proofs of a certificate name. */
export class Numbers {
    private readonly numbers = new Map<string, number>();

    of({ pointer }: Place): number {
        const number = this.numbers.get(pointer) ?? this.numbers.size;
        this.numbers.set(pointer, number);
        return number;
    }

    /** The pointers, in the order of their numbers. */
    get all(): readonly string[] {
        return [...this.numbers.keys()];
    }
}
