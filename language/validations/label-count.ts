/** GR313: more labels than the bits in an agent's state. */
import * as ast from '../generated/ast.js';
import type { ValidationRule } from './rule.js';

/**
 * The maximum number of labels: the labels that an agent carries are the bits of a 32-bit integer, without its sign.
 */
const MAX_LABELS = 31;

export const labelCount: ValidationRule = {
    codes: ['GR313'],
    checks: {
        PolicyFile: (file: ast.PolicyFile, report) => {
            if (!file.policy) {
                return;
            }
            const labels = report.inventory.elements.filter(ast.isLabel);
            if (labels.length > MAX_LABELS) {
                report.error(
                    'GR313',
                    file.policy,
                    `This policy sees ${labels.length} labels, but at most ${MAX_LABELS} can be distinguished. Merge labels that no rule treats differently.`
                );
            }
        }
    }
};
