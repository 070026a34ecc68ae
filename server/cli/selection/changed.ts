/** Finds the policies whose result could differ from that at a revision. */
import { lstatSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { URI } from 'langium';
import { NodeFileSystem } from 'langium/node';
import { isPackagePath } from '../../../language/files/imports.js';
import { packageFile } from '../../../language/files/packages.js';
import { createGuardrailServices } from '../../../language/module.js';
import { textValue } from '../../../language/parser/values.js';
import { readPolicyText } from '../../workspace/policy-text.js';
import { PolicyFileSystem } from '../../workspace/policy-workspace.js';
import { type Changes, changesSince } from '../git/changes.js';
import { LOCK_FILES } from '../git/packages.js';

/** The files that changed, or that import a changed file, directly or indirectly. */
export async function changedSince(revision: string, files: readonly string[], cwd: string): Promise<string[]> {
    const changes = changesSince(revision, cwd);
    const reader = new ImportReader();
    const imports = new Map<string, readonly string[]>();
    const importsOf = async (file: string): Promise<readonly string[]> => {
        let found = imports.get(file);
        if (!found) {
            const text = textOf(file);
            found = text === undefined ? [] : await reader.filesOf(text, file);
            imports.set(file, found);
        }
        return found;
    };
    const chosen: string[] = [];
    for (const file of files) {
        if (await reachesChange(file, changes, importsOf)) {
            chosen.push(file);
        }
    }
    return chosen;
}

async function reachesChange(
    file: string,
    changes: Changes,
    importsOf: (file: string) => Promise<readonly string[]>
): Promise<boolean> {
    const seen = new Set([file]);
    for (const one of seen) {
        if (isChanged(one, changes)) {
            return true;
        }
        (await importsOf(one)).forEach((imported) => seen.add(imported));
    }
    return false;
}

function isChanged(file: string, { root, changed, tracked }: Changes): boolean {
    const path = relative(root, file);
    // Packages are not part of the repository, but their lock files are.
    if (path.split(sep).includes('node_modules') && !tracked.has(file)) {
        return [...changed].some((name) => LOCK_FILES.includes(basename(name)));
    }
    if (changed.has(file)) {
        return true;
    }
    const stats = lstatSync(file, { throwIfNoEntry: false });
    // A file that is missing both now and in the revision is unchanged.
    return stats ? !tracked.has(file) || stats.isSymbolicLink() : tracked.has(file);
}

/** Unreadable files are checked too, if they changed; the check reports why it cannot read them. */
function textOf(file: string): string | undefined {
    try {
        return file.endsWith('.guardrail') ? readPolicyText(file) : undefined;
    } catch {
        return undefined;
    }
}

/** Finds the imports of a file in its text alone, because their meaning is not needed. */
class ImportReader {
    private readonly lexer = createGuardrailServices(NodeFileSystem).guardrail.parser.Lexer;

    /**
     * The files, existing or not, on which the imports of a text depend. For a package, these include the files that
     * lead to it.
     */
    async filesOf(text: string, path: string): Promise<string[]> {
        const found: string[] = [];
        for (const name of this.pathsIn(text)) {
            if (isPackagePath(name)) {
                const looked = new LookedAt();
                const file = await packageFile(name, URI.file(path), looked);
                found.push(...looked.files, ...(URI.isUri(file) ? [file.fsPath] : []));
            } else {
                found.push(resolve(dirname(path), name));
            }
        }
        return found;
    }

    /** The first text after each `import`. */
    private pathsIn(text: string): string[] {
        const paths: string[] = [];
        let isImport = false;
        for (const { tokenType, image } of this.lexer.tokenize(text).tokens) {
            if (image === 'import') {
                isImport = true;
            } else if (isImport && tokenType.name === 'STRING') {
                paths.push(textValue(image));
                isImport = false;
            }
        }
        return paths;
    }
}

class LookedAt extends PolicyFileSystem {
    readonly files: string[] = [];

    override readFile(uri: URI): Promise<string> {
        this.files.push(uri.fsPath);
        return super.readFile(uri);
    }
}
