/** Finds the imports of a file in its text alone, for callers that do not need its meaning. */
import { NodeFileSystem } from 'langium/node';
import { URI } from 'langium';
import { dirname, resolve } from 'node:path';
import { isPackagePath } from '../../../language/files/imports.js';
import { createGuardrailServices } from '../../../language/module.js';
import { packageFile } from '../../../language/files/packages.js';
import { textValue } from '../../../language/parser/values.js';
import { PolicyFileSystem } from '../../workspace/policy-workspace.js';

export class ImportReader {
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
