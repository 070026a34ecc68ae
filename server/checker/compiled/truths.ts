/**
 * Conditions as diagrams. A condition on the history is evaluated by the decision procedure itself and has a value in
 * each state; a condition on who approved remains. So in each state a condition depends only on approvals, and is
 * usually a constant.
 */
import type { Situation } from '../../model/conditions/inputs.js';
import { evaluate } from '../../model/conditions/evaluate.js';
import type { Condition, Policy } from '../../model/policy/policy.js';
import { type Truth, FALSE, not, TRUE } from '../../model/policy/truth.js';
import { specialiseAll } from '../conditions/walk.js';
import type { Diagram, Diagrams } from './diagrams.js';
import type { ReadState } from './fields.js';
import { CONDITION, NOT_COMPILED } from './gate.js';
import { tabulate } from './tabulate.js';

export class Truths {
    /** The values of conditions, by number; constants come first. */
    private readonly residues: Condition[] = [];
    private readonly numbers = new Map<string, number>();
    private readonly known = new Map<string, Diagram>();
    private readonly and: (left: Diagram, right: Diagram) => Diagram;
    private readonly or: (left: Diagram, right: Diagram) => Diagram;

    constructor(
        private readonly policy: Policy,
        private readonly diagrams: Diagrams,
        private readonly state: ReadState
    ) {
        for (const value of [0, 1, 2] as const) {
            this.numberOf({ op: 'constant', value });
        }
        const both =
            (op: 'and' | 'or') =>
            (left: number, right: number): number =>
                this.numberOf(specialiseAll(op, [this.residue(left), this.residue(right)]));
        this.and = diagrams.combiner(both('and'));
        this.or = diagrams.combiner(both('or'));
    }

    /** The value of a condition, by its number in a diagram of `of`. */
    residue(number: number): Condition {
        return this.residues[number]!;
    }

    /**
     * The numbers of the condition's values as a function of the state.
     *
     * @param situation only its memory and approvals are left open
     */
    of(condition: Condition, situation: Omit<Situation, 'memory' | 'approvals'>): Diagram {
        const { call, carrier = call.agent } = situation;
        const key = `${call.agent} ${carrier} ${JSON.stringify(condition)}`;
        let diagram = this.known.get(key);
        if (diagram === undefined) {
            diagram = this.made(condition, situation);
            this.known.set(key, diagram);
        }
        return diagram;
    }

    /** The values of a condition that does not read approvals. */
    values(condition: Condition, situation: Omit<Situation, 'memory' | 'approvals'>): Diagram {
        return this.diagrams.map(this.of(condition, situation), (number) => {
            const residue = this.residue(number);
            if (residue.op !== 'constant') {
                throw NOT_COMPILED;
            }
            return residue.value;
        });
    }

    private made(condition: Condition, situation: Omit<Situation, 'memory' | 'approvals'>): Diagram {
        const inner = (part: Condition): Diagram => this.of(part, situation);
        switch (condition.op) {
            case 'constant':
                return this.diagrams.constant(condition.value);
            case 'not':
                return this.diagrams.map(inner(condition.arg), (number) =>
                    this.numberOf(negated(this.residue(number)))
                );
            case 'and':
                return condition.args.map(inner).reduce(this.and, this.diagrams.constant(TRUE));
            case 'or':
                return condition.args.map(inner).reduce(this.or, this.diagrams.constant(FALSE));
            default:
                return this.asked(condition, situation);
        }
    }

    private asked(condition: Condition, situation: Omit<Situation, 'memory' | 'approvals'>): Diagram {
        switch (CONDITION[condition.op]) {
            case 'approvals':
                return this.diagrams.constant(this.numberOf(condition));
            case 'history':
                return tabulate(this.diagrams, (read): Truth => {
                    this.state.readBy(read, labelsNamedIn(condition));
                    return evaluate(this.policy, condition, { ...situation, memory: this.state.memory, approvals: [] });
                });
            default:
                throw NOT_COMPILED;
        }
    }

    private numberOf(condition: Condition): number {
        const key = JSON.stringify(condition);
        let number = this.numbers.get(key);
        if (number === undefined) {
            number = this.residues.push(condition) - 1;
            this.numbers.set(key, number);
        }
        return number;
    }
}

function negated(condition: Condition): Condition {
    return condition.op === 'constant'
        ? { op: 'constant', value: not(condition.value) }
        : { op: 'not', arg: condition };
}

/** The bits of all labels that the part mentions, at any depth. */
export function labelsNamedIn(part: unknown): number {
    if (typeof part !== 'object' || part === null) {
        return 0;
    }
    return Object.entries(part).reduce(
        (bits, [name, inner]) => bits | (name === 'label' ? 1 << (inner as number) : labelsNamedIn(inner)),
        0
    );
}
