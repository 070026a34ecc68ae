/** The messages between a caller and a worker: plain data only. */

export interface Call {
    /** A number that is different for each call of a worker, and repeated in the replies. */
    readonly call: number;
    readonly order: unknown;
    /**
     * One Int32; anything but 0 tells the worker to stop. It is shared because a busy worker does not read messages.
     * Undefined if memory cannot be shared: a worker that has to stop is then terminated.
     */
    readonly stop?: SharedArrayBuffer;
}

export type Reply = { readonly call: number } & (
    | { readonly kind: 'report'; readonly report: unknown }
    /** This reply and the next one are the final replies to a call. */
    | { readonly kind: 'answer'; readonly answer: unknown }
    | { readonly kind: 'failure'; readonly error: unknown }
);
