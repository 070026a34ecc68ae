/** Everything that a file can name: the declarations of the file itself and of all its imports. */
import type { LangiumDocument, LangiumDocuments } from 'langium';
import { DocumentState, type LangiumCoreServices, type LangiumSharedCoreServices, WorkspaceCache } from 'langium';
import type { Element, Tool } from '../generated/ast.js';
import { isServer } from '../generated/ast.js';
import type { Alias, Names } from './visible.js';
import { visibleNames } from './visible.js';

export interface NamedTool {
    readonly tool: Tool;
    /** The name as `server.tool`. */
    readonly name: string;
}

export interface Inventory {
    /** The declarations, without the elements that have no name for a reference to use. */
    readonly elements: readonly Element[];
    /**
     * Elements that cannot be named because an `import { … }` left them out, but that the names of other elements need.
     * A hidden server has only the needed tools.
     */
    readonly hidden: ReadonlySet<Element>;
    /** The names that imports give with `as`. */
    readonly aliases: readonly Alias[];
    /**
     * The declarations in the order of the files and within them: first the policy's own elements, then those of its
     * imports.
     */
    readonly tools: readonly NamedTool[];
    /** Tools by `server.tool`, and by `tool` alone if only one server has it. */
    readonly toolsByName: ReadonlyMap<string, Tool>;
    /** The short names that several servers have. */
    readonly ambiguous: ReadonlyMap<string, readonly string[]>;
}

/** Langium's services, and the only one that this language adds to them. */
export type GuardrailServices = LangiumCoreServices & GuardrailAddedServices;

export interface GuardrailAddedServices {
    inventory: InventoryProvider;
}

export class InventoryProvider {
    private readonly documents: LangiumDocuments;
    private readonly cache: WorkspaceCache<string, Inventory>;
    /** The latest inventory of each document, with its declarations. It is kept as long as these stay the same. */
    private readonly last = new WeakMap<LangiumDocument, { readonly names: Names; readonly inventory: Inventory }>();
    /** The files whose inventories are being built, since files may import each other (GR211). */
    private readonly open = new Set<LangiumDocument>();

    constructor(shared: LangiumSharedCoreServices) {
        this.documents = shared.workspace.LangiumDocuments;
        // Before names are resolved again, a request during a build may still see the old texts.
        this.cache = new WorkspaceCache(shared, DocumentState.IndexedContent);
    }

    of(document: LangiumDocument): Inventory {
        return this.cache.get(document.uri.toString(), () => {
            this.open.add(document);
            try {
                const names = visibleNames(document, this.documents, (imported) =>
                    this.open.has(imported) ? undefined : this.of(imported)
                );
                const last = this.last.get(document);
                const inventory = last && areSame(last.names, names) ? last.inventory : collect(names);
                this.last.set(document, { names, inventory });
                return inventory;
            } finally {
                this.open.delete(document);
            }
        });
    }
}

function areSame(one: Names, other: Names): boolean {
    const same = (before: readonly unknown[], after: readonly unknown[]): boolean =>
        before.length === after.length && before.every((node, index) => node === after[index]);
    const parts = ({ aliases }: Names): readonly unknown[] =>
        aliases.flatMap(({ name, element, declaredBy }) => [name, element, declaredBy]);
    return (
        (['elements', 'hidden', 'needed'] as const).every((part) => same([...one[part]], [...other[part]])) &&
        same(parts(one), parts(other))
    );
}

export function toolName(tool: Tool): string {
    const names: readonly (string | undefined)[] = [tool.$container.name, tool.name];
    // A part of the name may be missing in an incomplete import.
    return names.filter((name) => name !== undefined).join('.');
}

function collect({ elements, hidden, needed, aliases }: Names): Inventory {
    const tools = elements
        .filter(isServer)
        // A tool that is being typed has no name yet, and must not hide the others.
        .flatMap((server) => server.tools.filter((tool) => server.name && tool.name))
        .filter((tool) => !hidden.has(tool.$container) || needed.has(tool))
        .map((tool) => ({ tool, name: toolName(tool) }));
    const nameable = tools.filter(({ tool }) => !hidden.has(tool.$container));
    const byShortName = new Map<string, NamedTool[]>();
    for (const named of nameable) {
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
    for (const { tool, name } of nameable) {
        if (!toolsByName.has(name) || toolsByName.get(name)!.name === name) {
            toolsByName.set(name, tool);
        }
    }
    return { elements, hidden, aliases, tools, toolsByName, ambiguous };
}

/** A fact that is computed once for each inventory, and depends only on declarations. */
export function perInventory<T>(make: (inventory: Inventory) => T): (inventory: Inventory) => T {
    const made = new WeakMap<Inventory, { readonly value: T }>();
    return (inventory) => {
        const known = made.get(inventory) ?? { value: make(inventory) };
        made.set(inventory, known);
        return known.value;
    };
}
