/**
 * Writes conditions of the search as expressions: "may be true" and "must be true" in Kleene's logic (M3), each with
 * two values.
 */
import { decidingTimes } from '../model/conditions/within.js';
import type { Comparator, Condition } from '../model/policy/policy.js';
import { mayBe, mustBe } from '../model/policy/truth.js';
import type { Slice } from '../checker/reductions/slice.js';
import type { Bool, Int } from './expressions.js';
import { all, any, bool, compare, isOne, not, number, variable } from './expressions.js';
import { Unexportable } from './unexportable.js';
import type { Variables } from './variables.js';

/** The agent of the call that a condition concerns. */
export interface Asker {
    readonly agent: number;
    /** The agents whose labels count when a delegate's call is decided for its principals (M16). */
    readonly carrier: number;
    /** The humans who approved the call. */
    readonly approvers: readonly number[];
}

export type Sureness = 'may' | 'must';

export class Conditions {
    constructor(
        private readonly slice: Slice,
        private readonly variables: Variables
    ) {}

    may(condition: Condition, asker: Asker): Bool {
        return this.read(condition, asker, 'may');
    }

    must(condition: Condition, asker: Asker): Bool {
        return this.read(condition, asker, 'must');
    }

    /** The condition that the machine may be in this mode and in no other. */
    isOnlyIn(machine: number, agent: number, mode: number): Bool {
        const { modes } = this.slice.ground.machines![machine]!;
        return all(
            modes.map((_, other) => {
                const there = isOne(variable(this.variables.mode(machine, agent, other)));
                return other === mode ? there : not(there);
            })
        );
    }

    private read(condition: Condition, asker: Asker, sureness: Sureness): Bool {
        switch (condition.op) {
            case 'constant':
                return bool(sureness === 'may' ? mayBe(condition.value) : mustBe(condition.value));
            case 'not':
                return not(this.read(condition.arg, asker, sureness === 'may' ? 'must' : 'may'));
            case 'and':
                return all(condition.args.map((arg) => this.read(arg, asker, sureness)));
            case 'or':
                return any(condition.args.map((arg) => this.read(arg, asker, sureness)));
            case 'monitor':
                return this.monitor(condition.monitor, asker, sureness);
            case 'count': {
                const [least, most] = [0, 1].map((offset) =>
                    variable(this.variables.cell(condition.monitor, asker.carrier, offset))
                ) as [Int, Int];
                return compareInterval(condition.cmp, least, most, condition.bound, sureness);
            }
            case 'carries':
            case 'received': {
                const index = this.variables.label(condition.op, asker.carrier, condition.label);
                return index === undefined ? bool(sureness === 'may') : isOne(variable(index));
            }
            case 'in mode':
                return sureness === 'must'
                    ? this.isOnlyIn(condition.machine, asker.agent, condition.mode)
                    : isOne(variable(this.variables.mode(condition.machine, asker.agent, condition.mode)));
            case 'approved by':
                return bool(condition.humans.some((human) => asker.approvers.includes(human)));
            default:
                throw new Unexportable(`conditions of the kind "${condition.op}" that the call alone does not decide`);
        }
    }

    private monitor(index: number, { agent, carrier }: Asker, sureness: Sureness): Bool {
        const monitor = this.slice.ground.monitors[index]!;
        const of = monitor.kind === 'last is' ? agent : carrier;
        const value = (offset: number): Int => variable(this.variables.cell(index, of, offset));
        if (monitor.window === undefined) {
            return compare('>=', value(0), number(sureness === 'may' ? 1 : 2));
        }
        // An age beyond its window counts as absent.
        const [certain, possible] = decidingTimes(monitor).map((offset) => compare('>=', value(offset), number(1)));
        return sureness === 'must' ? certain! : any([certain!, possible!]);
    }
}

/** The comparison is unknown only if the interval straddles the number (M3). */
function compareInterval(cmp: Comparator, least: Int, most: Int, bound: number, sureness: Sureness): Bool {
    const inverse: Sureness = sureness === 'may' ? 'must' : 'may';
    const low = sureness === 'may' ? least : most;
    switch (cmp) {
        case '<':
            return compare('<', low, number(bound));
        case '<=':
            return compare('<', low, number(bound + 1));
        case '>':
            return not(compareInterval('<=', least, most, bound, inverse));
        case '>=':
            return not(compareInterval('<', least, most, bound, inverse));
        case '==':
            return sureness === 'must'
                ? all([compare('==', least, number(bound)), compare('==', most, number(bound))])
                : all([compare('<', least, number(bound + 1)), compare('>=', most, number(bound))]);
        case '!=':
            return not(compareInterval('==', least, most, bound, inverse));
    }
}
