/** Commands and options that earlier versions had, and what to use instead. */
const INSTEAD: { readonly [given: string]: string } = {
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
