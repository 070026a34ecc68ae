/** Errors that a person can act on: a stable code (GR9xx), one plain sentence, and what to do next. */

/** The exit codes, as documented in docs/cli.md; the names describe the meaning of each number to a script. */
export const EXIT = { ok: 0, violated: 1, invalid: 2, undecided: 3, failed: 4, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export class CodedError extends Error {
    constructor(
        /** The code, `GR9xx`, which has a page in docs/codes. */
        readonly code: string,
        message: string,
        /** The next step for the user. */
        readonly help?: string,
        readonly exit: ExitCode = EXIT.invalid,
        options?: ErrorOptions
    ) {
        super(message, options);
        this.name = 'CodedError';
    }
}

/** The reason why the system refused a file, in words, without the path and the name of the system call. */
export function systemReason(error: unknown): string {
    const code = (error as NodeJS.ErrnoException | undefined)?.code;
    switch (code) {
        case 'ENOENT':
            return 'there is no such file';
        case 'EACCES':
        case 'EPERM':
            return 'permission is denied';
        case 'EISDIR':
            return 'it is a directory';
        case 'ENOTDIR':
            return 'a part of its path is not a directory';
        case 'ENOSPC':
            return 'no space is left on the device';
        case 'EROFS':
            return 'the file system is read-only';
        case 'ELOOP':
            return 'its symbolic links run in a circle';
        case 'ENAMETOOLONG':
            return 'its name is too long';
        default:
            return code ?? (error instanceof Error ? error.message : String(error));
    }
}

/**
 * Converts anything thrown to a `CodedError`: any other error is a fault of this program (GR901). `GUARDRAIL_DEBUG`
 * shows the stack, which only helps its developers.
 */
export function asCodedError(error: unknown): CodedError {
    // Errors are compared by name, because a command that is bundled separately has its own class.
    if (error instanceof Error && error.name === 'CodedError') {
        return error as CodedError;
    }
    const message = error instanceof Error ? error.message : String(error);
    return new CodedError(
        'GR901',
        `the checker itself failed: ${message.split('\n')[0] ?? ''}`,
        'This is a bug in guardrail, not in the policy. Run again with GUARDRAIL_DEBUG=1 for the details of a bug report.',
        EXIT.failed,
        { cause: error }
    );
}
