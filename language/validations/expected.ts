/**
 * GR423: `@expected` on something other than a claim or a rule, or with something other than a failing verdict or
 * findings.
 */
import { type Fix } from '../edits/edit.js';
import { removeLeading, replaceNode } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import type { ValidationRule } from './rule.js';

export const expected: ValidationRule = {
    codes: ['GR423'],
    checks: {
        Annotation: (annotation: ast.Annotation, report) => {
            if (annotation.name !== 'expected') {
                return;
            }
            const values = annotation.values.map(({ text }) => text);
            const target = annotation.$container;
            if (ast.isRule(target) || ast.isUse(target)) {
                const fits = (value: string): boolean =>
                    FINDING.test(value) || (ast.isUse(target) && EXPECTABLE.includes(value));
                if (values.length === 0 || !values.every(fits)) {
                    report.error(
                        'GR423',
                        annotation,
                        ast.isUse(target)
                            ? 'A use can be expected to bring findings, by their codes, or a claim that is `vacuous`, `violated` or `impossible`.'
                            : 'Name the findings that are expected at this rule by their codes: `@expected(GR511)`.',
                        () => otherExpectations(annotation)
                    );
                }
            } else if (!ast.isClaim(target)) {
                report.error(
                    'GR423',
                    annotation,
                    'Only a claim has a verdict that can be expected, and only a rule a finding. Remove `@expected`.',
                    () => otherExpectations(annotation)
                );
            } else if (values.length !== 1 || !EXPECTABLE.includes(values[0]!)) {
                report.error(
                    'GR423',
                    annotation,
                    'A claim can be expected to be `vacuous`, `violated` or `impossible`: name one of them, such as `@expected(violated)`.',
                    () => otherExpectations(annotation)
                );
            }
        }
    }
};

/** The verdicts that fail a check. Every claim is meant to hold or to be possible. */
const EXPECTABLE: readonly string[] = ['vacuous', 'violated', 'impossible'];

/** Matches the codes of findings about rules: GR590 and above are not about rules. */
const FINDING = /^GR5[0-8]\d$/;

function otherExpectations(annotation: ast.Annotation): Fix[] {
    const texts = ast.isClaim(annotation.$container) ? ['violated', 'impossible', 'vacuous'] : [];
    return [
        ...texts.map((verdict) => ({
            title: `Change to \`@expected(${verdict})\``,
            changes: [replaceNode(annotation, `@expected(${verdict})`)]
        })),
        { title: 'Remove `@expected`', changes: [removeLeading(annotation.$cstNode!)] }
    ];
}
