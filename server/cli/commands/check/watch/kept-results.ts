import type { CheckedFile, Input } from '../checked-file.js';
import type { InputReader } from '../inputs.js';
import type { Results } from '../results.js';

/**
 * The results of earlier runs of a watch, including those that another run could change. While the files are the same,
 * an error stays, and an undecided claim is not searched again.
 */
export class KeptResults {
    private readonly kept = new Map<string, CheckedFile>();

    /** The results for one run, which sees the files as read by `files`; `cache` has results of earlier commands. */
    during(files: InputReader, cache: Results | undefined): Results {
        return {
            get wasUsed() {
                return cache?.wasUsed ?? false;
            },
            find: (path) => {
                const checked = this.kept.get(path);
                if (checked && this.knows(path, files)) {
                    return { checked, texts: files.textsOf(checked.inputs) };
                }
                const known = cache?.find(path);
                if (known) {
                    this.kept.set(path, known.checked);
                }
                return known;
            },
            keep: (path, checked) => {
                this.kept.set(path, checked);
                cache?.keep(path, checked);
            },
            prune: (now) => cache?.prune?.(now)
        };
    }

    /** True if another check would find the previous result again. */
    knows(path: string, files: InputReader): boolean {
        return this.kept.get(path)?.inputs.every((input) => files.isAsItWas(input)) === true;
    }

    /** The inputs of the results for these files. */
    inputsOf(paths: Iterable<string>): readonly Input[] {
        return [...paths].flatMap((path) => this.kept.get(path)?.inputs ?? []);
    }
}
