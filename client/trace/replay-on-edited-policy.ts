/** Writes the comparison of a session with the policy's current decisions on it, in words. */
import * as l10n from '@vscode/l10n';
import type { SessionAgain, Trace } from '../../server/lsp/protocol.js';
import { numberText } from './texts.js';

/** The index of the first step with a different outcome; -1 if there is none. */
export function partingOf({ steps }: SessionAgain): number {
    return steps.findIndex(({ differs }) => differs);
}

/** The comparison in one or more sentences. */
export function againSummary(again: SessionAgain, { steps }: Trace): string {
    const parting = partingOf(again);
    if (parting < 0) {
        return l10n.t('{0} now decides every step as before.', again.policy);
    }
    const { impossible } = again.steps[parting]!;
    const others = again.steps.filter(({ differs }) => differs).length - 1;
    const more =
        others === 1
            ? l10n.t('1 later step is decided differently, too.')
            : l10n.t('{0} later steps are decided differently, too.', numberText(others));
    return [partingText(again, parting, steps[parting]?.decision), impossible, others > 0 && more]
        .filter(Boolean)
        .join(' ');
}

function partingText({ policy, steps }: SessionAgain, parting: number, was: string | undefined): string {
    const { step } = steps[parting]!;
    const number = parting + 1;
    if (!step) {
        return l10n.t('{0} now diverges from this session at step {1}, which is no longer possible.', policy, number);
    }
    return step.decision && was
        ? l10n.t(
              '{0} now diverges from this session at step {1}, which is {2} instead of {3}.',
              policy,
              number,
              step.decision,
              was
          )
        : l10n.t('{0} now diverges from this session at step {1}, which is decided differently.', policy, number);
}
