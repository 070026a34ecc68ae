/** Imports a name that is declared in another file of the workspace, a package or the standard library. */
import type { AstNode, LangiumDocument } from 'langium';
import * as ast from '../../generated/ast.js';
import { importsOf, isPackagePath, resolveImport } from '../../files/imports.js';
import { STD_PATH, STD_TEXT, STD_URI } from '../../library/std.js';
import { declaredExports, type NamedElement } from '../../names/visible.js';
import { addStatement, insertAfter } from '../../edits/edits.js';
import { relativePath } from '../../files/relative-path.js';
import type { GuardrailServices } from '../../names/inventory.js';
import { packageExports } from '../../packs/package-exports.js';
import type { Place, Problem } from '../../edits/place.js';
import type { Edit, Fix } from '../../edits/edit.js';
import type { UnknownName } from './unknown-name.js';
import { nameText } from '../../../server/model/text/typed-text.js';
const MOST = 5;

/** Imports the name from each file, package or library that offers it. */
export async function imports(problem: Problem, unknown: UnknownName): Promise<Fix[]> {
    const { LangiumDocuments } = problem.services.shared.workspace;
    const others = LangiumDocuments.all.filter((document) => document !== problem.document).toArray();
    const isStdLoaded = others.some(({ uri }) => uri.toString() === STD_URI);
    const found = [
        ...others.flatMap((document) => {
            const element = exportedBy(document.parseResult.value, problem, unknown);
            const path = element && pathTo(document, problem);
            return element && path !== undefined ? [{ name: element.name, path, uri: document.uri.toString() }] : [];
        }),
        ...(isStdLoaded ? [] : standardPacks(problem, unknown)),
        ...(await exportedByPackages(problem, unknown))
    ]
        .filter(
            ({ name, path }, index, all) => all.findIndex((one) => one.name === name && one.path === path) === index
        )
        .sort((a, b) => a.path.length - b.path.length || (a.path < b.path ? -1 : 1))
        .slice(0, MOST);
    return found.map(({ name, path, uri }) => ({
        title: `Import \`${name}\` from "${path}"`,
        changes: [importing(problem, uri, name, path)],
        isPreferred: found.length === 1
    }));
}

interface ImportableName {
    readonly name: string;
    readonly path: string;
    readonly uri: string;
}

/** The standard library, which is read once. */
const STANDARD = new WeakMap<GuardrailServices, AstNode>();

/** The standard library is a document only if some file imports it. */
function standardPacks(problem: Problem, unknown: UnknownName): ImportableName[] {
    const { services } = problem;
    const value = STANDARD.get(services) ?? services.parser.LangiumParser.parse(STD_TEXT).value;
    STANDARD.set(services, value);
    const element = exportedBy(value, problem, unknown);
    return element ? [{ name: element.name, path: STD_PATH, uri: STD_URI }] : [];
}

/** The declarations with this name in the packages that a package.json names. */
async function exportedByPackages(problem: Problem, unknown: UnknownName): Promise<ImportableName[]> {
    const packages = await packageExports(problem.document.uri, problem.services);
    return packages.flatMap(({ path, uri, elements }) =>
        elements
            .filter((element) => means(element, problem, unknown))
            .slice(0, 1)
            .map(({ name }) => ({ name, path, uri }))
    );
}

/** The declaration with this name in the file itself; an imported one is imported from its own file. */
function exportedBy(root: AstNode, problem: Problem, unknown: UnknownName): NamedElement | undefined {
    return declaredExports(root).find((element) => means(element, problem, unknown));
}

function means(named: NamedElement, { services }: Problem, { type, name }: UnknownName): boolean {
    const { element } = named;
    const isTool = type === ast.Tool.$type || type === ast.ToolOrGroup.$type || type === ast.Nameable.$type;
    if (isTool && ast.isServer(element)) {
        const [server, tool] = name.includes('.') ? splitName(name) : [undefined, name];
        return (server === undefined || server === element.name) && element.tools.some((one) => one.name === tool);
    }
    if (type === ast.Mode.$type || type === ast.Importable.$type) {
        return false;
    }
    return named.name === name && services.shared.AstReflection.isSubtype(element.$type, type);
}

function splitName(name: string): [string, string] {
    const dot = name.indexOf('.');
    return [name.slice(0, dot), name.slice(dot + 1)];
}

/**
 * The path by which this file would refer to the other: the package, if some file of the workspace uses it, or a
 * relative path.
 */
export function pathTo(document: LangiumDocument, place: Place): string | undefined {
    const uri = document.uri.toString();
    if (uri === STD_URI) {
        return STD_PATH;
    }
    if (document.uri.path.includes('/node_modules/')) {
        return place.services.shared.workspace.LangiumDocuments.all
            .flatMap(importsOf)
            .find((node) => isPackagePath(node.path) && resolveImport(node)?.toString() === uri)?.path;
    }
    if (document.uri.scheme !== place.document.uri.scheme) {
        return undefined;
    }
    return relativePath(place.document.uri, document.uri);
}

/** Adds the name to the braces of an existing import of that file, or else adds a new import. */
export function importing(place: Place, uri: string, name: string, path: string): Edit {
    const known = importsOf(place.document).find(
        (node) => node.named && resolveImport(node)?.toString() === uri && node.names.length > 0
    );
    const text = nameText(name, 'Name');
    return known
        ? insertAfter(known.names.at(-1)!, `, ${text}`)
        : addStatement(place, 'Import', `import { ${text} } from "${path}"`);
}
