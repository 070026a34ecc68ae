/**
 * A signal that is aborted after this many milliseconds, or when another signal is aborted. `AbortSignal.any` does not
 * work here: Node 20 may garbage-collect the combination of a signal and a timeout, which is then never aborted.
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
