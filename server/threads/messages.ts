/** The messages between a caller and a worker: plain data only. */

export interface Call {
    /** Different for each call of a worker; its replies have the same. */
    readonly call: number;
    readonly order: unknown;
    /**
     * One Int32; anything but 0 asks the worker to stop. It is shared because a busy worker reads no messages. Absent where no
     * memory can be shared: then a worker that has to stop is ended.
     */
    readonly stop?: SharedArrayBuffer;
}

export type Reply = { readonly call: number } & (
    | { readonly kind: 'report'; readonly report: unknown }
    /** The last reply to a call, as is the next. */
    | { readonly kind: 'answer'; readonly answer: unknown }
    | { readonly kind: 'failure'; readonly error: unknown }
);
