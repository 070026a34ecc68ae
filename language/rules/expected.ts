/** GR423 `@expected` of something else than a claim or a rule, or that names something else than `vacuous` or findings. */
import type { Annotation } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { ValidationRule } from './rule.js';

export const expected: ValidationRule = {
    codes: ['GR423'],
    checks: () => ({
        Annotation: (annotation: Annotation, accept) => {
            if (annotation.name !== 'expected') {
                return;
            }
            const values = annotation.values.map(({ text }) => text);
            const target = annotation.$container;
            if (ast.isRule(target) || ast.isUse(target)) {
                if (values.length === 0 || !values.every((value) => FINDING.test(value))) {
                    accept(
                        'error',
                        'Of a rule the findings are expected that are reported at it, by their codes: `@expected(GR511)`.',
                        { node: annotation, code: 'GR423' }
                    );
                }
            } else if (!ast.isClaim(target)) {
                accept(
                    'error',
                    'Only a claim has a verdict that can be expected, and only a rule a finding. Remove `@expected`.',
                    { node: annotation, code: 'GR423' }
                );
            } else if (values.length !== 1 || values[0] !== 'vacuous') {
                accept(
                    'error',
                    'The only verdict that can be expected is `@expected(vacuous)`: any other is the aim of a claim, or a failure.',
                    { node: annotation, code: 'GR423' }
                );
            }
        }
    })
};

/** GR590 and above are no findings about rules. */
const FINDING = /^GR5[0-8]\d$/;
