/**
 * GR210: a file that cannot be read, GR211: an import that leads back to the file itself, GR212: a path that is not
 * relative, GR213: a second import of the same names, GR236: a package without policies, GR248: a package in a Yarn
 * archive.
 */
import { AstUtils, type LangiumDocument, UriUtils } from 'langium';
import { MOST_OFFERED, type Fix, obvious } from '../edits/edit.js';
import { partOf, removeItem, removeStatement, replacePart } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import type { Import, ImportedName } from '../generated/ast.js';
import { importedUris, importsOf, isPackagePath, packageProblem, resolveImport } from '../files/imports.js';
import { relativePath } from '../files/relative-path.js';
import { STD_PATH } from '../library/std.js';
import type { GuardrailServices } from '../names/inventory.js';
import { nearby } from '../text/spelling.js';
import { otherPlace, type ValidationRule } from './rule.js';

export const imports: ValidationRule = {
    codes: ['GR210', 'GR211', 'GR212', 'GR213', 'GR236', 'GR248'],
    checks: {
        Import: (node, report, services) => {
            if (node.path === undefined) {
                return;
            }
            const fail = (code: string, message: string, others: readonly Import[] = []): void =>
                report.error(
                    code,
                    [node, 'path'],
                    message,
                    (problem) => FIXES[code]?.flatMap((fixes) => fixes(node, problem)) ?? [],
                    others.length === 0
                        ? {}
                        : { related: others.flatMap((other) => otherPlace(other, 'It leads back from here.')) }
                );
            const problem = packageProblem(node);
            if (problem) {
                fail(
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
                fail(
                    'GR212',
                    `"${node.path}" is neither a relative path nor a package. Write "./file.guardrail", "../file.guardrail" or "package".`
                );
                return;
            }
            const document = AstUtils.getDocument(node);
            const imported = services.shared.workspace.LangiumDocuments.getDocument(uri);
            if (!imported) {
                fail(
                    'GR210',
                    `There is no readable file "${node.path}". Check the path: it starts at the folder of this file.`
                );
                return;
            }
            const repeated = repeatedBy(node, document);
            if (repeated) {
                report.warning(
                    'GR213',
                    node,
                    `"${repeated.what}" is imported twice. Remove one of the two.`,
                    () => [withoutRepeated(node, document)],
                    repeated.by && { related: otherPlace(repeated.by, 'It is imported here.') }
                );
                return;
            }
            const loop = wayBack(imported, document, services);
            if (loop) {
                fail(
                    'GR211',
                    `This import leads back to this file: ${[document, ...loop].map(({ uri: each }) => UriUtils.basename(each)).join(' imports ')}. Move the declarations that both need into a third file.`,
                    loop.slice(0, -1).flatMap((file, index) => importOf(file, loop[index + 1]!))
                );
            }
        }
    }
};

type ImportFixes = (node: Import, problem: Problem) => Fix[];

/** Offers files of the workspace with the same name in another folder, then those with a similar path. */
const otherPaths: ImportFixes = (node, { document, services, code }) => {
    const { path } = node;
    const wanted = withExtension(path.split('/').at(-1) ?? '');
    const paths = services.shared.workspace.LangiumDocuments.all
        .filter((other) => other !== document && other.uri.scheme === document.uri.scheme)
        .map((other) => relativePath(document.uri, other.uri))
        .filter((other) => !other.includes('node_modules/'))
        .toArray()
        .sort((a, b) => a.length - b.length);
    const known = [
        ...(path.startsWith('guardrail') ? [STD_PATH] : []),
        ...paths.filter((other) => other.split('/').at(-1) === wanted),
        ...nearby(withExtension(path), paths),
        ...paths.filter((other) => nearby(wanted, [other.split('/').at(-1)!]).length > 0),
        ...(code === 'GR212' && /^\w/.test(path) ? [`./${path}`] : [])
    ].filter((candidate) => candidate !== path);
    return [...new Set(known)].slice(0, MOST_OFFERED).map((candidate, index) => ({
        title: `Change to "${candidate}"`,
        changes: [replacePart(partOf(node, 'path')!, JSON.stringify(candidate))],
        isPreferred: index === 0
    }));
};

function withExtension(name: string): string {
    return name.endsWith('.guardrail') ? name : `${name}.guardrail`;
}

const createFile: ImportFixes = (node, { document }) => {
    if (!/^\.\.?\/.*\.guardrail$/.test(node.path)) {
        return [];
    }
    const uri = UriUtils.resolvePath(UriUtils.dirname(document.uri), node.path);
    const name = /([A-Za-z_]\w*)\.guardrail$/.exec(node.path)?.[1] ?? 'tools';
    const names = node.names.map(({ target }) => target.$refText).filter((each) => /^[A-Za-z_]\w*$/.test(each));
    const servers = (names.length > 0 ? names : [name]).map((each) => `server ${each} {\n}\n`);
    return [{ title: `Create "${node.path}"`, changes: [{ uri: uri.toString(), content: servers.join('\n') }] }];
};

const remove: ImportFixes = (node) => [{ title: 'Remove this import', changes: [removeStatement(node)] }];

const FIXES: { readonly [code: string]: readonly ImportFixes[] } = {
    GR210: [otherPaths, createFile, remove],
    GR212: [otherPaths],
    GR236: [otherPaths, remove]
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
