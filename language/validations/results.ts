/** GR330: a result where there is none, because the decided call has not been answered yet (M10). */
import { hasResult } from './result-places.js';
import type { ValidationRule } from './rule.js';

export const results: ValidationRule = {
    codes: ['GR330'],
    checks: {
        ResultRoot: (node, report) => {
            if (!hasResult(node)) {
                report.error(
                    'GR330',
                    node,
                    'The call that is being decided has no result yet. Use the result of an earlier call: `once E where result.…` or `latest E.result.…`.'
                );
            }
        }
    }
};
