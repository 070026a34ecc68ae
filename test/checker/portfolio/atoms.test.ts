/** Tests that in states of random sessions, the values of conditions are related as the rules-alone method assumes. */
import { expect, test } from 'vitest';
import { literalOf, relationsOf } from '../../../server/checker/portfolio/atoms.js';
import { sessionsOf } from '../../../server/checker/random-sessions/index.js';
import { evaluate } from '../../../server/model/conditions/evaluate.js';
import { situationIn } from '../../../server/model/conditions/inputs.js';
import type { Condition, Policy } from '../../../server/model/policy/policy.js';
import type { SessionState } from '../../../server/model/session/session.js';
import { not, type Truth } from '../../../server/model/policy/truth.js';
import { holdsPolicy } from '../../attack/hold-forms.js';
import { more, runs, SHARE } from '../../support/depth.js';
import { policyOf } from '../../support/policies.js';

const SEED = 20_261_130 + SHARE;
const SESSIONS = 12;

/** The conditions that are combined in rules and claims. */
function partsOf(condition: Condition): Condition[] {
    switch (condition.op) {
        case 'not':
            return partsOf(condition.arg);
        case 'and':
        case 'or':
            return condition.args.flatMap(partsOf);
        case 'constant':
            return [];
        default:
            return [condition];
    }
}

function conditionsOf({ rules, claims }: Policy): Condition[] {
    const ofClaims = claims.flatMap((claim) => ('bad' in claim ? [claim.bad] : 'when' in claim ? [claim.when] : []));
    return [
        ...rules.flatMap((rule) => (rule.kind === 'require' ? [rule.when, rule.requires] : [rule.when])),
        ...ofClaims
    ];
}

function statesOf(policy: Policy, seed: number): SessionState[] {
    const sessions = sessionsOf(policy, seed);
    return Array.from({ length: SESSIONS }, () => sessions.next().value.replayed.map(({ after }) => after))
        .flat()
        .filter(({ unsettled }) => unsettled.length === 0);
}

test('related values', async () => {
    const tried = new Map<string, number>();
    for (let seed = SEED; seed < SEED + runs(400, 25); seed++) {
        const policy = await policyOf(holdsPolicy(seed));
        const literals = [
            ...new Map(
                conditionsOf(policy)
                    .flatMap(partsOf)
                    .map((condition) => ({ condition, ...literalOf(policy, condition, 'both') }))
                    .map((literal) => [literal.atom.key, literal] as const)
            ).values()
        ];
        const related = literals.flatMap((a) =>
            literals.flatMap((b) => relationsOf(policy, a.atom, b.atom).map((allows) => ({ a, b, allows })))
        );
        const calls = policy.agents.flatMap((_, agent) =>
            policy.tools.flatMap(({ params }, tool) =>
                params.some(({ name }) => name === 'n') ? [0, 1].map((n) => ({ agent, tool, args: { n } })) : []
            )
        );
        for (const state of related.length > 0 ? statesOf(policy, seed) : []) {
            for (const call of calls) {
                const situation = situationIn(state, { call });
                const valueOf = ({ condition, isNegated }: (typeof literals)[number]): Truth => {
                    const value = evaluate(policy, condition, situation);
                    return isNegated ? not(value) : value;
                };
                for (const { a, b, allows } of related) {
                    const [one, other] = [valueOf(a), valueOf(b)];
                    tried.set(`${one} ${other}`, (tried.get(`${one} ${other}`) ?? 0) + 1);
                    if (!allows(one, other)) {
                        expect.fail(
                            `${one} ${other} in seed ${seed}\n${a.atom.key}\n${b.atom.key}\n${holdsPolicy(seed)}`
                        );
                    }
                }
            }
        }
    }
    for (const values of ['0 0', '0 2', '2 2', '1 1']) {
        expect(tried.get(values) ?? 0, values).toBeGreaterThan(more(100));
    }
});
