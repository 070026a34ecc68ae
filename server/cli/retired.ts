/** Commands and options that earlier versions had, and what to use instead. */
const INSTEAD: { readonly [given: string]: string } = {
    add: 'Use guardrail packages add.',
    docs: 'Use guardrail packages.',
    lint: 'Use guardrail check --text-only, which has --fix, too.',
    outdated: 'Use guardrail packages outdated.',
    'replay --jobs': 'A log is read in one thread: leave it out.'
};

/**
 * The advice for a command or option that is no longer there; undefined for one that never was.
 *
 * @param command the first argument of the command line
 * @param given the command or option that is unknown
 */
export function insteadOf(command: string, given: string): string | undefined {
    return INSTEAD[command === given ? command : `${command} ${given}`];
}
