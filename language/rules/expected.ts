/** GR423 `@expected` of something else than a claim, or that names something else than `vacuous`. */
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
            const [value, ...others] = annotation.values.map(({ text }) => text);
            if (!ast.isClaim(annotation.$container)) {
                accept('error', 'Only a claim has a verdict that can be expected. Remove `@expected`.', {
                    node: annotation,
                    code: 'GR423'
                });
            } else if (value !== 'vacuous' || others.length > 0) {
                accept(
                    'error',
                    'The only verdict that can be expected is `@expected(vacuous)`: any other is the aim of a claim, or a failure.',
                    { node: annotation, code: 'GR423' }
                );
            }
        }
    })
};
