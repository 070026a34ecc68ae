/** A session beside itself as the policy decides it now, in words. */
import type { SessionAgain, Trace } from '../../server/lsp/protocol.js';

/** The first step that comes out otherwise; -1: none. */
export function partingOf({ steps }: SessionAgain): number {
    return steps.findIndex(({ differs }) => differs);
}

/** One sentence. */
export function againSummary(again: SessionAgain, { steps }: Trace): string {
    const parting = partingOf(again);
    if (parting < 0) {
        return `${again.policy} as it stands decides every step as before.`;
    }
    const { step, impossible } = again.steps[parting]!;
    const others = again.steps.filter(({ differs }) => differs).length - 1;
    const how = step
        ? `is ${step.decision ?? 'decided otherwise'} where it was ${steps[parting]?.decision ?? 'not'}`
        : 'cannot be taken any more';
    const more =
        others > 0 ? `, and ${others} of the steps after it ${others === 1 ? 'comes' : 'come'} out otherwise` : '';
    return `${again.policy} as it stands parts from this session at step ${parting + 1}, which ${how}${more}.${impossible ? ` ${impossible}` : ''}`;
}
