/**
 * Tests each kind of claim, in each of its forms. The language and the editor ask for the kind of a claim in many
 * places; a kind that one of them forgets fails here, and so does a kind without a row.
 */
import { AstUtils } from 'langium';
import { describe, expect, test } from 'vitest';
import * as ast from '../../language/generated/ast.js';
import { conditionsOf } from '../../language/names/conditions.js';
import { subjectEvents } from '../../language/names/name-owner.js';
import { checkedUntimed } from '../support/checked.js';
import { policyOf } from '../support/policies.js';
import { formatted } from './format/support.js';
import { build, described } from './support.js';

const FORMS: Readonly<Record<string, readonly string[]>> = {
    NeverClaim: ['never s.pay when n > 5', 'never s.pay when carries private unless n > 5', 'never s.pay after s.read'],
    RequiresClaim: ['s.pay requires n > 5', 's.pay requires once s.read'],
    DecidedClaim: [
        's.pay is denied when n > 5',
        's.pay is allowed',
        's.pay is held when n > 5',
        's.pay is withheld when n > 5'
    ],
    AtMostClaim: ['at most 3 s.pay', 'at most 3 s.pay within 1h'],
    NoFlowClaim: ['no flow from private to s.pay', 'no flow from private to s.pay unless n > 5'],
    AlwaysClaim: ['always count(s.pay) < 3'],
    PossibleClaim: ['possible s.read then s.pay', 'possible s.pay without approval'],
    StaysPossibleClaim: ['s.pay stays possible', 's.pay stays possible after s.read']
};

const POLICY = `policy P
label private
server s {
  tool read() readonly reads private
  tool pay(n: 0..10) external
}
agent a
allow a: s.*
`;

test('every kind has a row', () => {
    const kinds = ast.reflection
        .getAllSubTypes('ClaimBody')
        .filter((type) => ast.reflection.getAllSubTypes(type).every((one) => one === type));
    expect(Object.keys(FORMS).sort()).toEqual(kinds.sort());
});

describe.each(Object.entries(FORMS).flatMap(([kind, forms]) => forms.map((form) => [kind, form] as const)))(
    '%s: %s',
    (kind, form) => {
        const text = `${POLICY}claim "c":\n  ${form}\n`;

        test('is read, written, and decided', async () => {
            const { diagnostics } = await build(text);
            expect(described(diagnostics.filter(({ severity }) => severity === 1))).toEqual([]);
            expect(formatted(text)).toBe(text);
            const [claim, ...others] = checkedUntimed(await policyOf(text)).claims;
            expect(others).toEqual([]);
            expect(claim!.verdict).not.toBe('undecided');
        });

        test('has its calls and its conditions', async () => {
            const { document } = await build(text);
            const claim = document.parseResult.value.elements.find(ast.isClaim)!;
            expect(claim.body.$type).toBe(kind);
            expect(subjectEvents(claim.body)).toBeDefined();
            const own = AstUtils.streamContents(claim.body).filter(ast.isCondition).toArray();
            expect(conditionsOf(claim.body).map(({ $cstNode }) => $cstNode?.text)).toEqual(
                own.map(({ $cstNode }) => $cstNode?.text)
            );
        });
    }
);
