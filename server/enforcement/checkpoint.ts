/**
 * The state of a log's sessions after some of its lines, so that a start reads only those that follow. A checkpoint
 * counts only for the same policy, build and lines; otherwise the whole log is read, which gives the same.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import type { Log, Place } from './log.js';

export interface Checkpoint<T> {
    readonly place: Place;
    readonly state: T;
}

/** Stores a checkpoint of a log each time that so many lines were added. */
export class Checkpoints {
    constructor(
        private readonly log: Log,
        private readonly lines: number = 10_000,
        private last: number
    ) {}

    /** @param bytes the checkpoint after all lines so far; undefined if only the lines can tell the state */
    async offer(bytes: () => Buffer | undefined): Promise<void> {
        const { length } = this.log.end;
        if (length - this.last >= this.lines) {
            this.last = length;
            try {
                const checkpoint = bytes();
                await this.log.flushed();
                await (checkpoint && this.log.keep(checkpoint));
            } catch {
                // The next start replays more of the log.
            }
        }
    }
}

const DIGEST_BYTES = 32;
let build: string | undefined;

/** @param policy the digest of the policy that decided all of the lines, or was applied to them later */
export function checkpointBytes(policy: string, { place, state }: Checkpoint<unknown>): Buffer {
    const content = serialize({ key: keyOf(policy), place, state });
    return Buffer.concat([digest(content), content]);
}

/** Undefined if the bytes are not a checkpoint of this policy and this build. */
export function readCheckpoint<T>(policy: string, bytes: Buffer): Checkpoint<T> | undefined {
    const content = bytes.subarray(DIGEST_BYTES);
    if (!digest(content).equals(bytes.subarray(0, DIGEST_BYTES))) {
        return undefined;
    }
    const { key, ...checkpoint } = deserialize(content) as Checkpoint<T> & { readonly key: string };
    return key === keyOf(policy) ? checkpoint : undefined;
}

function keyOf(policy: string): string {
    build ??= digest(readFileSync(fileURLToPath(import.meta.url))).toString('hex');
    return `${build} ${process.version} ${policy}`;
}

function digest(content: Buffer): Buffer {
    return createHash('sha256').update(content).digest();
}
