import { describe, expect, it } from 'vitest';
import { GuardrailAstReflection } from '../../language/generated/ast.js';
import { GuardrailReflection } from '../../language/parser/subtypes.js';

describe('subtypes', () => {
    it('match the generated reflection for every type', () => {
        const [ours, generated] = [new GuardrailReflection(), new GuardrailAstReflection()];
        for (const type of generated.getAllTypes()) {
            expect(ours.getAllSubTypes(type).sort(), type).toEqual(generated.getAllSubTypes(type).sort());
        }
    });

    it('are none for a name that is not a type', () => {
        expect(new GuardrailReflection().getAllSubTypes('Nothing')).toEqual([]);
    });
});
