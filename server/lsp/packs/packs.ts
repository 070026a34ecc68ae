/** The packs that policies can import, and the edits that import and use one. */
import { type LangiumDocument, type URI, UriUtils } from 'langium';
import * as ast from '../../../language/generated/ast.js';
import { importsOf, resolveImport } from '../../../language/files/imports.js';
import { STD_PATH, STD_TEXT, STD_URI } from '../../../language/library/std.js';
import { packPage } from '../../../language/packs/page.js';
import { isDeprecated } from '../../../language/packs/pack.js';
import { offeredExports } from '../../../language/names/visible.js';
import { nameText } from '../../model/text/typed-text.js';
import { addStatement } from '../../../language/edits/edits.js';
import { importing } from '../../../language/validations/unknown-names/import.js';
import { Place } from '../features/code-actions/place.js';
import { type PackageExports, packageExports } from '../../../language/packs/package-exports.js';
import { namesOf, usesOf } from '../features/completion/template-names.js';
import type { OfferedPack, PackSource, PackUse } from '../protocol.js';
import type { LanguageServices } from '../services.js';
import { isBuiltin } from '../../../language/library/builtin.js';

/** The packs for all policies of the workspace. A path that leads to different versions is listed for each of them. */
export async function packSources(services: LanguageServices): Promise<PackSource[]> {
    const { LangiumDocuments } = services.shared.workspace;
    const folders = new Map<string, URI>();
    for (const { uri } of LangiumDocuments.all) {
        if (!isBuiltin(uri) && !uri.path.includes('/node_modules/')) {
            folders.set(UriUtils.dirname(uri).toString(), uri);
        }
    }
    const found = new Map<string, PackageExports>();
    for (const from of folders.values()) {
        for (const exported of await packageExports(from, services)) {
            found.set(`${exported.path} ${exported.uri}`, exported);
        }
    }
    return [...found.values(), standard(services)]
        .map((exported) => ({
            path: exported.path,
            ...(exported.version !== undefined && { version: exported.version }),
            packs: packsOf(exported, services)
        }))
        .filter(({ packs }) => packs.length > 0)
        .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The edits; undefined if the file has no such package, or if the package has no such pack. */
export async function packUse(
    document: LangiumDocument,
    { path, name }: { readonly path: string; readonly name: string },
    services: LanguageServices
): Promise<PackUse | undefined> {
    const all = path === STD_PATH ? [standard(services)] : await packageExports(document.uri, services);
    const source = all.find((exported) => exported.path === path);
    const pack = source?.elements.find((each) => each.name === name)?.element;
    if (!source || !ast.isPack(pack)) {
        return undefined;
    }
    const start = { line: 0, character: 0 };
    const place = new Place(document, { start, end: start }, services);
    const text = importedAs(document, source.uri, name);
    const added = text === undefined ? importing(place, source.uri, name, path) : undefined;
    const names = namesOf(services.inventory.of(document));
    const [use] = usesOf({ ...names, packs: [{ text: nameText(text ?? name), pack }] });
    const { range, text: snippet } = addStatement(place, ast.Use.$type, use!.body);
    return { ...(added && { import: { range: added.range, text: added.text } }), use: { range, snippet } };
}

/** The name of the pack in the file; undefined if no import brings it. */
function importedAs(document: LangiumDocument, uri: string, name: string): string | undefined {
    for (const node of importsOf(document).filter((each) => resolveImport(each)?.toString() === uri)) {
        const named = node.names.find(({ target }) => target?.$refText === name);
        if (named || !node.named) {
            return named?.alias ?? name;
        }
    }
    return undefined;
}

function packsOf({ elements }: PackageExports, services: LanguageServices): OfferedPack[] {
    return elements.flatMap(({ name, element: pack }) =>
        ast.isPack(pack)
            ? [
                  {
                      name,
                      params: pack.params.map((param) => param.name),
                      page: packPage(
                          name,
                          pack,
                          services.documentation.DocumentationProvider.getDocumentation(pack)
                      ).join('\n'),
                      isDeprecated: isDeprecated(pack)
                  }
              ]
            : []
    );
}

/** The packs of the language, which are a document only if some file imports them. */
const STANDARD = new WeakMap<LanguageServices, PackageExports>();

function standard(services: LanguageServices): PackageExports {
    const known = STANDARD.get(services);
    if (known) {
        return known;
    }
    const elements = offeredExports(services.parser.LangiumParser.parse(STD_TEXT).value);
    const parsed = { path: STD_PATH, uri: STD_URI, elements, snippets: [] };
    STANDARD.set(services, parsed);
    return parsed;
}
