/** Finds policies that a configuration leaves out although required packs apply to them. */
import { readPolicyText } from '../../workspace/policy-text.js';
import { displayPath } from '../../workspace/display-path.js';
import { CodedError } from '../../workspace/errors.js';
import { type Selector, selectFiles } from '../selection/files.js';
import type { LoadedConfig } from './check-config.js';

/** The policies below the configuration that `select` leaves out, without an exception in force from each required pack (GR926). */
export function leftOutPolicies({ given, folder, file }: LoadedConfig, select: Selector, cwd: string): CodedError[] {
    const required = given?.required ?? [];
    if (required.length === 0) {
        return [];
    }
    const selected = new Set(selectFiles(select, cwd).files);
    return selectFiles({ names: [folder], base: folder }, cwd)
        .files.filter((path) => !selected.has(path) && isPolicy(path))
        .flatMap((path) => {
            const lacking = required.filter(({ isExcepted }) => !isExcepted(path));
            return lacking
                .slice(0, 1)
                .map(
                    ({ pack, by }) =>
                        new CodedError(
                            'GR926',
                            `${displayPath(file, cwd)} leaves out ${displayPath(path, cwd)}, a policy for which ${by} requires "${pack}"`,
                            'Check the policy too, or write an exception for it.'
                        )
                );
        });
}

/** True if the first word of the text outside of comments is `policy`. */
function isPolicy(path: string): boolean {
    try {
        return /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*policy(?=\s|\/[/*])/.test(readPolicyText(path));
    } catch {
        return false;
    }
}
