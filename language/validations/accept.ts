/** GR437: `@accept` on something other than a claim or a pack, or with something other than scopes. */
import * as ast from '../generated/ast.js';
import { isScopeName, SCOPE_WORDS } from '../text/scope-words.js';
import { nearest } from '../text/spelling.js';
import type { ValidationRule } from './rule.js';

export const accept: ValidationRule = {
    codes: ['GR437'],
    checks: {
        Annotation: (annotation, report) => {
            if (annotation.name !== 'accept') {
                return;
            }
            const target = annotation.$container;
            if (!ast.isClaim(target) && !ast.isUse(target) && !ast.isPack(target)) {
                report.error('GR437', annotation, '`@accept` has a meaning only before a claim. Remove it.');
                return;
            }
            const names = Object.keys(SCOPE_WORDS);
            if (annotation.values.length === 0) {
                report.error('GR437', annotation, `Name the scopes to accept: ${names.join(', ')}.`);
            }
            // An incomplete value does not have a text yet.
            const values = annotation.values.filter(({ text }: { readonly text?: string }) => text !== undefined);
            for (const value of values.filter(({ text }) => !isScopeName(text))) {
                const near = nearest(value.text, names);
                const next = near === undefined ? `The scopes are ${names.join(', ')}.` : `Did you mean \`${near}\`?`;
                report.error('GR437', value, `There is no scope \`${value.text}\`. ${next}`);
            }
        }
    }
};
