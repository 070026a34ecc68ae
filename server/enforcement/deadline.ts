/**
 * A signal that is aborted after this many milliseconds, or together with another one. `AbortSignal.any` would not do:
 * Node 20 may collect the combination of a signal and a timeout as garbage, and then it is never aborted.
 */
export function deadline(milliseconds: number, other: AbortSignal): AbortSignal {
    const controller = new AbortController();
    const timer = setTimeout(() => {
        other.removeEventListener('abort', onAbort);
        controller.abort(new Error('the time is over'));
    }, milliseconds).unref();
    const onAbort = (): void => {
        clearTimeout(timer);
        controller.abort(other.reason);
    };
    if (other.aborted) {
        onAbort();
    } else {
        other.addEventListener('abort', onAbort, { once: true });
    }
    return controller.signal;
}
