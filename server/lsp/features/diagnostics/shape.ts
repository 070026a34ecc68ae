import type {
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticsCapabilities,
    InitializeParams
} from 'vscode-languageserver';
import { hasFixes } from '../../../../language/edits/edit.js';
import { DiagnosticTag } from 'vscode-languageserver';

/** The documentation page of a code, or undefined if there is none. */
export type CodePage = (code: string) => string | undefined;

/**
 * The codes of elements that can be removed without changing the meaning of the policy: an editor shows them faded.
 * Unused declarations are tagged where they are found.
 */
const UNNECESSARY = new Set([
    'GR213', // the same import twice
    'GR412', // a rule written twice
    'GR424', // a condition that is never true
    'GR426', // an `allow` with nothing left
    'GR434', // listed twice
    'GR454', // a transition that is never taken
    'GR504' // a rule that never matches
]);

/** Converts diagnostics to the form that the client supports. */
export class DiagnosticShape {
    private capabilities: DiagnosticsCapabilities = {};

    constructor(private readonly codePage: CodePage) {}

    initialize({ capabilities: { textDocument } }: InitializeParams): void {
        this.capabilities = { ...textDocument?.publishDiagnostics, ...textDocument?.diagnostic };
    }

    /** The diagnostic with its related information in the message, for a client that does not support it. */
    of(diagnostic: Diagnostic): Diagnostic {
        const { relatedInformation = [], tags = [], ...rest } = diagnostic;
        const { code } = diagnostic;
        const can = this.capabilities;
        const href = typeof code === 'string' && can.codeDescriptionSupport ? this.codePage(code) : undefined;
        const allTags = UNNECESSARY.has(String(code)) ? [...new Set([...tags, DiagnosticTag.Unnecessary])] : tags;
        const shownTags = allTags.filter((tag) => can.tagSupport?.valueSet.includes(tag));
        // The server finds its fixes by the diagnostic.
        if (!can.dataSupport || hasFixes(diagnostic)) {
            delete rest.data;
        }
        return {
            ...rest,
            ...(relatedInformation.length > 0 &&
                (can.relatedInformation
                    ? { relatedInformation }
                    : { message: withLines(textOf(diagnostic), relatedInformation) })),
            ...(href !== undefined && { codeDescription: { href } }),
            ...(shownTags.length > 0 && { tags: shownTags })
        };
    }
}

function withLines(message: string, related: readonly DiagnosticRelatedInformation[]): string {
    return [message, ...related.map((each) => each.message)].join('\n');
}

function textOf({ message }: Diagnostic): string {
    return typeof message === 'string' ? message : message.value;
}
