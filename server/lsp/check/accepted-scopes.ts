/** Reads the scopes that the configuration accepts for all claims, as `guardrail check` does. */
import type { FileSystemProvider, URI } from 'langium';
import { UriUtils } from 'langium';
import { parse } from 'jsonc-parser';
import { SCOPE_NAMES, type ScopeName } from '../../model/policy/scope-names.js';

const CONFIG_NAME = 'guardrail.config.json';

/**
 * The names in `"accept"` of the nearest configuration in the folder of the policy or above it, up to the root of its
 * repository. Empty if the configuration cannot be read: the command reports what is wrong with it, and accepting less
 * is safe.
 */
export async function acceptedFor(policy: URI, files: FileSystemProvider): Promise<ScopeName[]> {
    try {
        for (let folder = UriUtils.dirname(policy); ; folder = UriUtils.dirname(folder)) {
            const config = UriUtils.joinPath(folder, CONFIG_NAME);
            if (await files.exists(config)) {
                return namesIn(await files.readFile(config));
            }
            if (isTop(folder) || (await files.exists(UriUtils.joinPath(folder, '.git')))) {
                return [];
            }
        }
    } catch {
        return [];
    }
}

function isTop(folder: URI): boolean {
    return UriUtils.equals(folder, UriUtils.dirname(folder));
}

function namesIn(text: string): ScopeName[] {
    const config: unknown = parse(text.replace(/^\uFEFF/, ''), [], { allowTrailingComma: true });
    const accept: unknown = typeof config === 'object' && config !== null && 'accept' in config ? config.accept : [];
    return Array.isArray(accept) ? SCOPE_NAMES.filter((name) => accept.includes(name)) : [];
}
