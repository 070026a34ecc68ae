/**
 * GR210 a file that cannot be read, GR211 an import that leads back to the file itself, GR212 a path that is not
 * relative, GR213 a second import of the same file.
 */
import type { LangiumDocument } from 'langium';
import { AstUtils, UriUtils } from 'langium';
import type { Import } from '../generated/ast.js';
import { importedUris, importsOf, resolveImport } from '../imports.js';
import type { GuardrailServices } from '../module.js';
import type { ValidationRule } from './rule.js';

export const imports: ValidationRule = {
    codes: ['GR210', 'GR211', 'GR212', 'GR213'],
    checks: (services) => ({
        Import: (node, accept) => {
            if (node.path === undefined) {
                return;
            }
            const report = (code: string, message: string): void =>
                accept('error', message, { node, property: 'path', code });
            const uri = resolveImport(node);
            if (!uri) {
                report(
                    'GR212',
                    `"${node.path}" is not a relative path. Write "./file.guardrail" or "../file.guardrail".`
                );
                return;
            }
            const document = AstUtils.getDocument(node);
            const imported = services.shared.workspace.LangiumDocuments.getDocument(uri);
            if (!imported) {
                report(
                    'GR210',
                    `There is no readable file "${node.path}". Check the path: it starts at the folder of this file.`
                );
                return;
            }
            if (isRepeated(node, document)) {
                accept('warning', `"${node.path}" is imported twice. Remove one of the two.`, { node, code: 'GR213' });
                return;
            }
            const loop = wayBack(imported, document, services);
            if (loop) {
                report(
                    'GR211',
                    `This import leads back to this file: ${loop.join(' imports ')}. Move what both need into a third file.`
                );
            }
        }
    })
};

function isRepeated(node: Import, document: LangiumDocument): boolean {
    const first = importsOf(document).find(
        (other) => resolveImport(other)?.toString() === resolveImport(node)?.toString()
    );
    return first !== node;
}

/** The names of the files on a shortest way from `from` back to `to`, both included; undefined if there is none. */
function wayBack(from: LangiumDocument, to: LangiumDocument, services: GuardrailServices): string[] | undefined {
    const documents = services.shared.workspace.LangiumDocuments;
    const target = to.uri.toString();
    const queue: LangiumDocument[][] = [[from]];
    const seen = new Set([from.uri.toString()]);
    for (const path of queue) {
        const last = path[path.length - 1]!;
        if (last.uri.toString() === target) {
            return [to, ...path].map((document) => UriUtils.basename(document.uri));
        }
        for (const uri of importedUris(last)) {
            const next = documents.getDocument(uri);
            if (next && !seen.has(uri.toString())) {
                seen.add(uri.toString());
                queue.push([...path, next]);
            }
        }
    }
    return undefined;
}
