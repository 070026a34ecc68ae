/**
 * The packages that an installation concerned. A specifier may be a file or a URL, which does not show the package
 * name.
 */
import { basename, dirname, join } from 'node:path';
import { MAX_JSON_BYTES } from '../../../workspace/file-limits.js';
import { parseJson } from '../../../../language/text/json-text.js';
import { readRegularFile } from '../../../workspace/regular-file.js';

/** Maps the names of packages to their specifiers. */
export type Dependencies = ReadonlyMap<string, string>;

/** The dependencies of the nearest package.json in a parent folder; empty if there is none, or it is invalid. */
export function dependenciesAbove(folder: string): Dependencies {
    try {
        const text = readRegularFile(join(folder, 'package.json'), MAX_JSON_BYTES).toString('utf8');
        const manifest = parseJson(text) as Partial<Record<string, Record<string, string>>>;
        return new Map(Object.entries({ ...manifest['devDependencies'], ...manifest['dependencies'] }));
    } catch (error) {
        const above = dirname(folder);
        const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
        return isMissing && above !== folder ? dependenciesAbove(above) : new Map();
    }
}

/** The packages that are new or have another specifier, and requested ones that are unchanged. */
export function changedDependencies(specs: readonly string[], before: Dependencies, after: Dependencies): string[] {
    const asked = new Set(specs.map(nameIn));
    const files = new Set(specs.map((spec) => basename(spec)));
    const found = [...after]
        .filter(([name, spec]) => before.get(name) !== spec || asked.has(name) || files.has(basename(spec)))
        .map(([name]) => name);
    return found.length > 0 ? found : [...asked];
}

/** The name in a specifier: `@acme/guardrails` for `@acme/guardrails@^1`. */
function nameIn(spec: string): string {
    return /^(?:@[^/@]+\/)?[^/@]+/.exec(spec)?.[0] ?? spec;
}
