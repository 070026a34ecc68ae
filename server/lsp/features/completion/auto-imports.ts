/** Proposes names that other files and packages declare: choosing one adds its import. */
import type { AstNode, LangiumDocument } from 'langium';
import type { NodeKindProvider } from 'langium/lsp';
import { TextEdit } from 'vscode-languageserver';
import * as ast from '../../../../language/generated/ast.js';
import { toolName } from '../../../../language/names/inventory.js';
import { BUILTIN_URI } from '../../../../language/library/builtin.js';
import { STD_PATH, STD_TEXT, STD_URI } from '../../../../language/library/std.js';
import { type NamedElement, namedElements, offeredExports } from '../../../../language/names/visible.js';
import { importing, pathTo } from '../../../../language/validations/unknown-names/import.js';
import { Place } from '../code-actions/place.js';
import type { LanguageServices } from '../../services.js';
import { textOf } from '../../text/source-text.js';
import { importProposal, type Proposal, toolDetail } from './items.js';
import type { PackageExports } from '../../../../language/packs/package-exports.js';
import { type NameRule, nameText, toolText } from '../../../model/text/typed-text.js';
/** The elements that can be imported for a reference of one of the types, and the written form of their names. */
interface Kind {
    readonly is: (node: AstNode) => boolean;
    readonly rule: NameRule;
    readonly types: readonly string[];
}

const ARGUMENT = ast.Nameable.$type;
const PATTERN = ast.ToolOrGroup.$type;

const KINDS: readonly Kind[] = [
    { is: ast.isServer, rule: 'Name', types: [ast.Tool.$type, PATTERN, ARGUMENT] },
    { is: ast.isGroup, rule: 'Name', types: [PATTERN, ARGUMENT] },
    { is: ast.isOutsideEvent, rule: 'EventName', types: [ast.OutsideEvent.$type] },
    { is: ast.isLabel, rule: 'Name', types: [ast.Label.$type] },
    { is: ast.isTrait, rule: 'StrictName', types: [ast.Trait.$type] },
    { is: ast.isAgent, rule: 'StrictName', types: [ast.Agent.$type] },
    { is: ast.isHuman, rule: 'StrictName', types: [ast.Human.$type, ast.Approver.$type] },
    { is: ast.isRole, rule: 'StrictName', types: [ast.Approver.$type] },
    { is: ast.isEntity, rule: 'StrictName', types: [ast.Entity.$type] },
    { is: ast.isDefinition, rule: 'Name', types: [ast.Referable.$type] },
    { is: ast.isSignal, rule: 'Name', types: [ast.Referable.$type, ast.Signal.$type] },
    { is: ast.isSessionConstant, rule: 'Name', types: [ast.SessionConstant.$type] },
    { is: ast.isPack, rule: 'Name', types: [ast.Pack.$type] }
];

interface Exporter {
    readonly uri: string;
    readonly path: string;
    readonly elements: readonly NamedElement[];
}

/** A workspace may have thousands of names: the client sends another request when more letters are typed. */
const MAX_NAMES = 200;

export interface ImportableNames {
    readonly proposals: readonly Proposal[];
    /** True if there are more names that match the typed text. */
    readonly isIncomplete: boolean;
}

export class AutoImports {
    private readonly kinds: NodeKindProvider;
    private std: readonly NamedElement[] | undefined;

    constructor(private readonly services: LanguageServices) {
        this.kinds = services.shared.lsp.NodeKindProvider;
    }

    /** Names for references of the types that match the typed text, and are not visible in the document. */
    proposals(
        types: ReadonlySet<string>,
        typed: string,
        document: LangiumDocument,
        packages: readonly PackageExports[]
    ): ImportableNames {
        const kinds = KINDS.filter((kind) => kind.types.some((type) => types.has(type)));
        if (kinds.length === 0) {
            return { proposals: [], isIncomplete: false };
        }
        const start = { line: 0, character: 0 };
        const place = new Place(document, { start, end: start }, this.services);
        const there = namedElements(place.inventory);
        const visible = new Set(there.map(({ element }) => element));
        const proposals: Proposal[] = [];
        const exporters = this.exporters(place);
        const named = new Set(there.map(nameOf));
        const offered = new Set(
            exporters.flatMap(({ path, elements: exported }) => exported.map((one) => `${path} ${one.name}`))
        );
        const others = packages.map((one) => ({
            ...one,
            elements: one.elements.filter(
                (each) => !named.has(nameOf(each)) && !offered.has(`${one.path} ${each.name}`)
            )
        }));
        for (const { uri, path, elements: exported } of [...exporters, ...others]) {
            for (const one of exported.filter(({ element }) => !visible.has(element))) {
                for (const kind of kinds.filter(({ is }) => is(one.element))) {
                    const items = this.named(one, kind.rule).filter(({ text }) => fits(typed, text));
                    const edits = items.length > 0 ? editsFor(place, uri, path, one.name) : [];
                    proposals.push(...items.map((each) => importProposal(each, path, edits)));
                }
                if (proposals.length > MAX_NAMES) {
                    return { proposals: proposals.slice(0, MAX_NAMES), isIncomplete: true };
                }
            }
        }
        return { proposals, isIncomplete: false };
    }

    /**
     * The name of the element; for a server, a name for each of its tools, since a server is imported for one of them.
     */
    private named({ name, element }: NamedElement, rule: NameRule): Parameters<typeof importProposal>[0][] {
        const doc = (node: AstNode): string | undefined =>
            this.services.documentation.DocumentationProvider.getDocumentation(node);
        if (ast.isServer(element)) {
            return element.tools
                .filter((tool) => tool.name)
                .map((tool) => ({
                    text: toolText(toolName(tool)),
                    kind: this.kinds.getCompletionItemKind(tool),
                    detail: toolDetail(tool),
                    documentation: doc(tool)
                }));
        }
        const kind = this.kinds.getCompletionItemKind(element);
        const text = nameText(name, rule) + (ast.isTrait(element) ? ' tools' : '');
        return [{ text, kind, detail: textOf(element), documentation: doc(element) }];
    }

    /** All files that an import in the document can name. */
    private exporters(place: Place): Exporter[] {
        const found: Exporter[] = [];
        let isStdThere = false;
        for (const other of this.services.shared.workspace.LangiumDocuments.all) {
            const uri = other.uri.toString();
            isStdThere ||= uri === STD_URI;
            const path = uri === place.uri || uri === BUILTIN_URI ? undefined : pathTo(other, place);
            if (path !== undefined) {
                found.push({ uri, path, elements: offeredExports(other.parseResult.value) });
            }
        }
        return isStdThere ? found : [...found, this.standardPacks()];
    }

    /** The standard packs are parsed here, because they are documents only if some file imports them. */
    private standardPacks(): Exporter {
        this.std ??= offeredExports(this.services.parser.LangiumParser.parse(STD_TEXT).value);
        return { uri: STD_URI, path: STD_PATH, elements: this.std };
    }
}

function nameOf({ name, element }: NamedElement): string {
    return `${element.$type} ${name}`;
}

/** True if the typed letters occur in the name in this order, as in clients' filters. */
function fits(typed: string, name: string): boolean {
    let at = 0;
    for (const letter of name.toLowerCase()) {
        at += letter === typed[at]?.toLowerCase() ? 1 : 0;
    }
    return at === typed.length;
}

function editsFor(place: Place, uri: string, path: string, name: string): TextEdit[] {
    const { range, text } = importing(place, uri, name, path);
    return [TextEdit.replace(range, text)];
}
