/** The messages between a caller and a worker: plain data only. */

export interface Call {
    /** Different for each call of a worker, and repeated in its replies. */
    readonly call: number;
    readonly order: unknown;
    /**
     * One Int32; anything but 0 tells the worker to stop. It is shared because a busy worker reads no messages. Absent
     * if no memory can be shared: a worker that has to stop is then terminated.
     */
    readonly stop?: SharedArrayBuffer;
}

export type Reply = { readonly call: number } & (
    | { readonly kind: 'report'; readonly report: unknown }
    /** This and the next are the final replies to a call. */
    | { readonly kind: 'answer'; readonly answer: unknown }
    | { readonly kind: 'failure'; readonly error: unknown }
);
