/**
 * GR210: a file that cannot be read, GR211: an import that leads back to the file itself, GR212: a path that is not
 * relative, GR213: a second import of the same names, GR236: a package without policies, GR248: a package in a Yarn
 * archive.
 */
import type { LangiumDocument } from 'langium';
import { AstUtils, UriUtils } from 'langium';
import { type Fix, obvious, withFixes } from '../edits/edit.js';
import { removeItem, removeStatement } from '../edits/edits.js';
import type { Import, ImportedName } from '../generated/ast.js';
import { importedUris, importsOf, isPackagePath, packageProblem, resolveImport } from '../files/imports.js';
import type { GuardrailServices } from '../names/inventory.js';
import type { ValidationRule } from './rule.js';
import { otherPlace } from './rule.js';

export const imports: ValidationRule = {
    codes: ['GR210', 'GR211', 'GR212', 'GR213', 'GR236', 'GR248'],
    fixes: { GR213: 'Remove a duplicate import' },
    checks: (services) => ({
        Import: (node, accept) => {
            if (node.path === undefined) {
                return;
            }
            const report = (code: string, message: string, others: readonly Import[] = []): void =>
                accept('error', message, {
                    node,
                    property: 'path',
                    code,
                    ...(others.length > 0 && {
                        relatedInformation: others.flatMap((other) => otherPlace(other, 'It leads back from here.'))
                    })
                });
            const problem = packageProblem(node);
            if (problem) {
                report(
                    problem.code ?? 'GR236',
                    node.path.startsWith('guardrail/')
                        ? `The language has no library "${node.path}". Its packs are in "guardrail/std".`
                        : problem.message
                );
                return;
            }
            const uri = resolveImport(node);
            if (!uri && isPackagePath(node.path)) {
                // The package has not been looked up, because the file was not built.
                return;
            }
            if (!uri) {
                report(
                    'GR212',
                    `"${node.path}" is neither a relative path nor a package. Write "./file.guardrail", "../file.guardrail" or "package".`
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
            const repeated = repeatedBy(node, document);
            if (repeated) {
                accept('warning', `"${repeated.what}" is imported twice. Remove one of the two.`, {
                    node,
                    code: 'GR213',
                    ...(repeated.by && { relatedInformation: otherPlace(repeated.by, 'It is imported here.') }),
                    ...withFixes(() => [withoutRepeated(node, document)])
                });
                return;
            }
            const loop = wayBack(imported, document, services);
            if (loop) {
                report(
                    'GR211',
                    `This import leads back to this file: ${[document, ...loop].map(({ uri: each }) => UriUtils.basename(each)).join(' imports ')}. Move the declarations that both need into a third file.`,
                    loop.slice(0, -1).flatMap((file, index) => importOf(file, loop[index + 1]!))
                );
            }
        }
    })
};

interface RepeatedImport {
    /** The path, or the name, that is imported twice. */
    readonly what: string;
    /** The import that names it first; undefined if the import itself names it twice. */
    readonly by?: Import;
}

/** The names that an earlier import, or the same one, already brings. */
function repeatedBy(node: Import, document: LangiumDocument): RepeatedImport | undefined {
    const imports = importsOf(document);
    const earlier = imports
        .slice(0, imports.indexOf(node))
        .filter((other) => resolveImport(other)?.toString() === resolveImport(node)?.toString());
    // A whole import does not bring the names that `as` gives.
    const isPlain = ({ names }: Import): boolean => names.every(({ alias }) => alias === undefined);
    const whole = node.named
        ? isPlain(node) && earlier.find((other) => !other.named)
        : earlier.find((other) => isPlain(other));
    if (whole) {
        return { what: node.path, by: whole };
    }
    const namesOf = ({ names }: Import): string[] =>
        names.flatMap(({ target, alias }) => (target ? importedText(target.$refText, alias) : []));
    const own = namesOf(node);
    for (const [index, name] of own.entries()) {
        const by = earlier.find((other) => namesOf(other).includes(name));
        if (by || own.indexOf(name) < index) {
            return { what: name, ...(by && { by }) };
        }
    }
    return undefined;
}

/** Removes what earlier imports of the file, or the same import, already bring. */
function withoutRepeated(node: Import, document: LangiumDocument): Fix {
    const target = resolveImport(node)?.toString();
    const imports = importsOf(document);
    const earlier = imports
        .slice(0, imports.indexOf(node))
        .filter((other) => resolveImport(other)?.toString() === target);
    const textOf = ({ target, alias }: ImportedName): string => importedText(target.$refText, alias);
    const texts = node.names.map(textOf);
    const known = new Set(earlier.flatMap(({ names }) => names.map(textOf)));
    const isWhole = earlier.some((other) => !other.named);
    const repeated = node.names.filter(
        ({ alias }, index) =>
            known.has(texts[index]!) || (isWhole && alias === undefined) || texts.indexOf(texts[index]!) < index
    );
    const [first] = repeated;
    const fix =
        !node.named || !first || repeated.length === texts.length
            ? obvious('Remove this import', removeStatement(node))
            : obvious(`Remove \`${first.$cstNode!.text}\``, removeItem(first.$cstNode!));
    return { ...fix, isSafe: true };
}

/** `X as Y` brings another name than `X` does. */
function importedText(name: string, alias: string | undefined): string {
    return alias === undefined ? name : `${name} as ${alias}`;
}

/** The import in one file that refers to the other. */
function importOf(file: LangiumDocument, other: LangiumDocument): Import[] {
    return importsOf(file)
        .filter((node) => resolveImport(node)?.toString() === other.uri.toString())
        .slice(0, 1);
}

/** The files on a shortest way from `from` back to `to`, both included; undefined if there is none. */
function wayBack(
    from: LangiumDocument,
    to: LangiumDocument,
    services: GuardrailServices
): LangiumDocument[] | undefined {
    const documents = services.shared.workspace.LangiumDocuments;
    const target = to.uri.toString();
    const queue: LangiumDocument[][] = [[from]];
    const seen = new Set([from.uri.toString()]);
    for (const path of queue) {
        const last = path[path.length - 1]!;
        if (last.uri.toString() === target) {
            return path;
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
