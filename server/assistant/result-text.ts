/** The results of a policy as a text for a language model: short if all is well, with whole sessions if not. */
import type { PolicyResult } from '../checker/results/result.js';
import { sessionContent } from '../wording/session-content.js';
import { sessionMarkdown } from '../wording/session-markdown.js';
import { claimTone, claimWord, policySummary } from '../wording/verdicts.js';

/** The server's diagnostic for a text. */
export interface TextError {
    /** The path of an imported file; undefined for the policy itself. */
    readonly file?: string;
    readonly code?: string | number | undefined;
    readonly message: string | { readonly value: string };
    readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

/** `result` is null if the text has errors, or is not a policy. */
export function resultText(uri: string, errors: readonly TextError[], result: PolicyResult | null): string {
    if (!result) {
        return errors.length > 0
            ? `The policy has errors, so nothing was checked:\n${errors.map(errorLine).join('\n')}`
            : 'This file is an inventory: it has no `policy` line, so there is nothing to check.';
    }
    const session = (kind: 'claim' | 'scenario' | 'finding', name: string, message?: string): string =>
        sessionMarkdown(
            sessionContent(
                { uri, kind, name, ...(message !== undefined && { message }) },
                { uri, version: 0, state: 'done', result }
            )
        );
    const { policy, claims, scenarios, findings } = result;
    return [
        `Policy ${policy}: ${policySummary(result)}.`,
        ...claims.filter((claim) => claimTone(claim) !== 'bad').map((claim) => `- ${claimWord(claim)}: ${claim.name}`),
        ...scenarios.filter(({ passed }) => passed).map(({ name }) => `- passed: ${name}`),
        '',
        ...claims.filter((claim) => claimTone(claim) === 'bad').map(({ name }) => session('claim', name)),
        ...scenarios.filter(({ passed }) => !passed).map(({ name }) => session('scenario', name)),
        ...findings.map(({ code, message }) => session('finding', code, message))
    ].join('\n');
}

/** Lines and columns start at one. */
function errorLine({ file, code, message, range: { start } }: TextError): string {
    const place = `${file === undefined ? '' : `${file}, `}line ${start.line + 1}, column ${start.character + 1}`;
    return `- ${place}: ${code === undefined ? '' : `${code}: `}${errorText(message)}`;
}

export function errorText(message: TextError['message']): string {
    return typeof message === 'string' ? message : message.value;
}
