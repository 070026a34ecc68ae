/** The error class of the library. It is part of the published interface, and imports nothing. */

/**
 * Reports input that cannot be used. `code` is stable, and has a page under `docs/codes/`; the message is one sentence.
 */
export class GuardrailError extends Error {
    // A string literal, so that minifying the package does not change it.
    override readonly name: string = 'GuardrailError';
    /** `GR933` and others, as listed in docs/library.md. */
    readonly code: string;

    constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
        super(message, options);
        this.code = code;
    }
}
