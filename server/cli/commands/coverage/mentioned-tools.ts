/** The tools that a rule or claim covers: as its subject, or in a condition, through history or labels. */
import type { Policy } from '../../../model/policy/policy.js';
import { FALSE } from '../../../model/policy/truth.js';

/**
 * The mentioned tools, by index. A `hint` counts.
 * @param statement a rule or claim of the policy
 */
export function toolsSpokenOf(statement: object, policy: Policy): ReadonlySet<number> {
    const tools = new Set<number>();
    const seen = new Set<unknown>();
    const visit = (value: unknown): void => {
        if (typeof value !== 'object' || value === null || seen.has(value)) {
            return;
        }
        seen.add(value);
        if (Array.isArray(value)) {
            value.forEach(visit);
            return;
        }
        const part = value as Part;
        if (Array.isArray(part.tools)) {
            part.tools.forEach((truth, tool) => truth !== FALSE && tools.add(tool));
        }
        if ((part.op === 'carries' || part.op === 'received') && part.label !== undefined) {
            const { label } = part;
            policy.tools.forEach(({ reads, conditionalReads = [] }, tool) => {
                if (reads.includes(label) || conditionalReads.some(({ labels }) => labels.includes(label))) {
                    tools.add(tool);
                }
            });
        }
        if (part.monitor !== undefined) {
            visit(policy.monitors[part.monitor]);
        }
        if (part.recorder !== undefined) {
            visit(policy.recorders?.[part.recorder]);
        }
        if (part.op === 'from' && typeof part.source === 'number') {
            visit(policy.sources?.[part.source]);
        }
        Object.values(part).forEach(visit);
    };
    visit(statement);
    return tools;
}

/** Finds the tools in the parts of conditions. */
interface Part {
    readonly tools?: readonly unknown[];
    readonly op?: unknown;
    readonly label?: number;
    readonly monitor?: number;
    readonly recorder?: number;
    readonly source?: unknown;
}
