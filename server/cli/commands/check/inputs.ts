/**
 * The current state of the files that results rest on. Each is read only once, because all policies of a run share
 * them.
 */
import { readPolicyText } from '../../../workspace/policy-text.js';
import type { Input } from './checked-file.js';
import { hashOf } from '../../../workspace/hash.js';

interface ReadInput {
    readonly text: string;
    readonly hash: string;
}

export class InputReader {
    private readonly read = new Map<string, ReadInput | null>();

    /** True if the file still has the same text. */
    isAsItWas({ path, hash }: Input): boolean {
        return this.hashOf(path) === hash;
    }

    hasRead(path: string): boolean {
        return this.read.has(path);
    }

    /** A hash of the text; null if there is no such file, or if it has no text. */
    hashOf(path: string): string | null {
        return this.readOnce(path)?.hash ?? null;
    }

    /** The texts of the inputs that a report can show, by their names in the report, if all inputs are unchanged. */
    textsOf(inputs: readonly Input[]): ReadonlyMap<string, string> {
        return new Map(
            inputs.flatMap(({ uri, path }) => (uri === undefined ? [] : [[uri, this.readOnce(path)!.text] as const]))
        );
    }

    private readOnce(path: string): ReadInput | null {
        let known = this.read.get(path);
        if (known === undefined) {
            known = readQuietly(path);
            this.read.set(path, known);
        }
        return known;
    }
}

function readQuietly(path: string): ReadInput | null {
    try {
        const text = readPolicyText(path);
        return { text, hash: hashOf(text) };
    } catch {
        return null;
    }
}
