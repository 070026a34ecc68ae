/** What a file can name: the declarations of the file itself and of all it imports. */
import type { LangiumDocument, LangiumDocuments } from 'langium';
import { DocumentState, type LangiumSharedCoreServices, WorkspaceCache } from 'langium';
import { visibleDocuments } from './imports.js';
import type { Element, Tool } from './generated/ast.js';
import { isServer } from './generated/ast.js';

export interface NamedTool {
    readonly tool: Tool;
    /** `server.tool` */
    readonly name: string;
}

export interface Inventory {
    readonly elements: readonly Element[];
    /** In the order of the files and within them: the policy's own first, then those it imports. */
    readonly tools: readonly NamedTool[];
    /** Tools by `server.tool`, and by `tool` alone where one server has it. */
    readonly toolsByName: ReadonlyMap<string, Tool>;
    /** Short names that several servers have. */
    readonly ambiguous: ReadonlyMap<string, readonly string[]>;
}

export class InventoryProvider {
    private readonly documents: LangiumDocuments;
    private readonly cache: WorkspaceCache<string, Inventory>;

    constructor(shared: LangiumSharedCoreServices) {
        this.documents = shared.workspace.LangiumDocuments;
        // Before names are resolved anew: what a request asks for during a build may still be of the old texts.
        this.cache = new WorkspaceCache(shared, DocumentState.IndexedContent);
    }

    of(document: LangiumDocument): Inventory {
        return this.cache.get(document.uri.toString(), () =>
            collect(
                visibleDocuments(document, this.documents).flatMap(
                    (visible) => visible.parseResult.value.elements ?? []
                )
            )
        );
    }
}

export function toolName(tool: Tool): string {
    return `${tool.$container.name}.${tool.name}`;
}

function collect(elements: readonly Element[]): Inventory {
    const tools = elements
        .filter(isServer)
        // A tool that is being typed has no name yet; it must not keep the others from being found.
        .flatMap((server) => server.tools.filter((tool) => server.name && tool.name))
        .map((tool) => ({ tool, name: toolName(tool) }));
    const byShortName = new Map<string, NamedTool[]>();
    for (const named of tools) {
        const same = byShortName.get(named.tool.name);
        if (same) {
            same.push(named);
        } else {
            byShortName.set(named.tool.name, [named]);
        }
    }
    const toolsByName = new Map<string, Tool>();
    const ambiguous = new Map<string, readonly string[]>();
    for (const [shortName, same] of byShortName) {
        if (same.length === 1) {
            toolsByName.set(shortName, same[0]!.tool);
        } else {
            ambiguous.set(
                shortName,
                same.map((named) => named.name)
            );
        }
    }
    for (const { tool, name } of tools) {
        if (!toolsByName.has(name) || toolsByName.get(name)!.name === name) {
            toolsByName.set(name, tool);
        }
    }
    return { elements, tools, toolsByName, ambiguous };
}
