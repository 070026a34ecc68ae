/**
 * Matches the `require approval` rules of one policy with those of the other, for one call. As long as the call is held
 * for corresponding requirements, always the same ones, the same human answers satisfy the same requirements for the
 * same time in both. Then no lapse and no change of the history between approval and release can distinguish the
 * policies.
 */
import type { Rule } from '../../model/policy/policy.js';
import { plainText } from '../conditions/plain.js';

export class Requirements {
    /** For each call, the requirements that correspond so far. */
    private readonly partners = new Map<unknown, Map<number, number>>();
    /** For each call, all requirements for which it was first held. */
    private readonly first = new Map<unknown, string>();
    private readonly reduced = new Set<unknown>();
    private readonly whole: readonly string[];
    private readonly answers: readonly string[];

    constructor(private readonly rules: readonly Rule[]) {
        this.whole = rules.map((rule) => plainText(rule));
        this.answers = rules.map(answersOf);
    }

    /**
     * True if each requirement of one policy has one of the other that asks the same of the same humans, and the
     * correspondence is the same whenever the call is held.
     */
    correspond(call: unknown, old: readonly number[], young: readonly number[]): boolean {
        const all = `${old.join()} ${young.join()}`;
        const first = this.first.get(call) ?? all;
        this.first.set(call, first);
        if (!this.reduced.has(call) && this.areOneToOne(call, old, young)) {
            return true;
        }
        // Requirements that others imply may be left out if they are active whenever the others are: then the same
        // answers satisfy both.
        if (!this.reduced.has(call)) {
            this.reduced.add(call);
            this.partners.delete(call);
        }
        return first === all && this.areOneToOne(call, this.withoutImplied(old), this.withoutImplied(young));
    }

    private withoutImplied(requirements: readonly number[]): readonly number[] {
        return requirements.filter(
            (one, index) =>
                !requirements.some(
                    (other, at) =>
                        other !== one && this.implies(other, one) && (at < index || !this.implies(one, other))
                )
        );
    }

    /** True if answers that satisfy one requirement also satisfy the other, for at least as long. */
    private implies(one: number, other: number): boolean {
        const [strong, weak] = [this.rules[one]!, this.rules[other]!];
        return (
            strong.kind === 'approval' &&
            weak.kind === 'approval' &&
            strong.quorum >= weak.quorum &&
            strong.humans.every((human) => weak.humans.includes(human)) &&
            answersOf({ ...strong, humans: [], quorum: 1 }) === answersOf({ ...weak, humans: [], quorum: 1 })
        );
    }

    private areOneToOne(call: unknown, old: readonly number[], young: readonly number[]): boolean {
        const partners = this.partners.get(call) ?? new Map<number, number>();
        this.partners.set(call, partners);
        const taken = new Set(partners.values());
        // The same rule is preferred; otherwise a rule that asks for the same answers is taken.
        for (const texts of [this.whole, this.answers]) {
            for (const rule of old.filter((one) => !partners.has(one))) {
                const partner = young.find((other) => !taken.has(other) && texts[other] === texts[rule]);
                if (partner !== undefined) {
                    partners.set(rule, partner);
                    taken.add(partner);
                }
            }
        }
        return old.length === young.length && old.every((rule) => young.includes(partners.get(rule) ?? -1));
    }
}

/** Everything that a hold and its approvals retain of a requirement. */
function answersOf(rule: Rule): string {
    if (rule.kind !== 'approval') {
        return '';
    }
    const { humans, quorum, valid, timeout, per = [], choices, changedBy } = rule;
    return plainText([[...humans].sort((a, b) => a - b), quorum, valid, timeout, per, choices, changedBy]);
}
