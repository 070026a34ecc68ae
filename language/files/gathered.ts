/**
 * Facts about a file as a whole that survive an edit: an edit replaces only the facts from the statements that it
 * changes.
 */
import type { AstNode } from 'langium';
import type { Element, PolicyFile } from '../generated/ast.js';

/**
 * Items found in each statement of a file. `find` may depend on the statement, on the meaning of its names, and on
 * `basis`, but on no other statement.
 */
export class Gathered<T, B extends readonly unknown[] = []> {
    /** `isKept` is false for items that are valid for one text only. Their statement is then searched again. */
    constructor(
        private readonly find: (statement: Element, ...basis: B) => readonly T[],
        private readonly isKept: (item: T) => boolean = () => true
    ) {}

    /** All items in text order; the same list as before if no statement with items has changed. */
    in(file: PolicyFile, ...basis: B): readonly T[] {
        const kept = factsOf(file);
        let items = kept.get(this) as Items<T> | undefined;
        if (!items?.basis.every((part, index) => part === basis[index])) {
            items = new Items(file.elements, basis);
            kept.set(this, items);
        }
        for (const statement of items.open) {
            const found = this.find(statement, ...basis);
            items.put(statement, found);
            if (found.every(this.isKept)) {
                items.open.delete(statement);
            }
        }
        return items.list();
    }
}

/** A fact about a file that is kept up to date as the file is edited. */
export interface FollowedFact {
    /** Called when statements were removed and others added; all other statements stay the same. */
    change(removed: readonly Element[], added: readonly Element[]): void;
}

class Items<T> implements FollowedFact {
    /** The statements to search. */
    readonly open: Set<Element>;
    private readonly byStatement = new Map<Element, readonly T[]>();
    private all: readonly T[] | undefined;

    constructor(
        statements: readonly Element[],
        readonly basis: readonly unknown[]
    ) {
        this.open = new Set(statements);
    }

    put(statement: Element, found: readonly T[]): void {
        if (found.length > 0) {
            this.byStatement.set(statement, found);
            this.all = undefined;
        } else if (this.byStatement.delete(statement)) {
            this.all = undefined;
        }
    }

    change(removed: readonly Element[], added: readonly Element[]): void {
        for (const statement of removed) {
            this.open.delete(statement);
            this.put(statement, []);
        }
        added.forEach((statement) => this.open.add(statement));
    }

    list(): readonly T[] {
        this.all ??= [...this.byStatement].sort(([one], [other]) => byPlace(one, other)).flatMap(([, found]) => found);
        return this.all;
    }
}

/** A statement with the same key as an earlier one, together with the first such statement. */
export interface Repetition {
    readonly item: Element;
    readonly first: Element;
}

/** The statements of a file that share a key; statements without a key are left out. */
export class Grouped {
    constructor(private readonly keyOf: (statement: Element) => string | undefined) {}

    /** The statements with the same key, in text order. */
    repeated(file: PolicyFile): readonly Repetition[] {
        const kept = factsOf(file);
        const groups = (kept.get(this) as Groups | undefined) ?? new Groups(this.keyOf, file.elements);
        kept.set(this, groups);
        return groups.repeated();
    }
}

class Groups implements FollowedFact {
    private readonly byKey = new Map<string, Set<Element>>();
    private readonly several = new Set<ReadonlySet<Element>>();
    private readonly keys = new Map<Element, string>();
    private all: readonly Repetition[] | undefined;

    constructor(
        private readonly keyOf: (statement: Element) => string | undefined,
        statements: readonly Element[]
    ) {
        this.change([], statements);
    }

    change(removed: readonly Element[], added: readonly Element[]): void {
        for (const statement of removed) {
            const key = this.keys.get(statement);
            const group = key === undefined ? undefined : this.byKey.get(key);
            this.keys.delete(statement);
            if (group && group.size > 1) {
                this.all = undefined;
            }
            group?.delete(statement);
            if (group?.size === 0) {
                this.byKey.delete(key!);
            }
            if (group?.size === 1) {
                this.several.delete(group);
            }
        }
        for (const statement of added) {
            const key = this.keyOf(statement);
            if (key !== undefined) {
                const group = this.byKey.get(key) ?? new Set();
                this.byKey.set(key, group.add(statement));
                this.keys.set(statement, key);
                if (group.size > 1) {
                    this.several.add(group);
                    this.all = undefined;
                }
            }
        }
    }

    repeated(): readonly Repetition[] {
        this.all ??= [...this.several]
            .flatMap((group) => {
                const [first, ...others] = [...group].sort(byPlace);
                return others.map((item) => ({ item, first: first! }));
            })
            .sort((one, other) => byPlace(one.item, other.item));
        return this.all;
    }
}

export function byPlace(one: Element, other: Element): number {
    return one.$containerIndex! - other.$containerIndex!;
}

/** The facts of a file, each by the object that computes it, such as a `Gathered`. */
type FileFacts = Map<object, unknown>;

const keptByFile = new WeakMap<AstNode, FileFacts>();

export function factsOf(file: PolicyFile): FileFacts {
    let kept = keptByFile.get(file);
    if (!kept) {
        kept = new Map();
        keptByFile.set(file, kept);
    }
    return kept;
}

/**
 * Called after an edit of statements that no other statement names: the new file takes over the facts of the old one.
 */
export function keepGathered(
    before: PolicyFile,
    after: PolicyFile,
    removed: readonly Element[],
    added: readonly Element[]
): void {
    const kept = keptByFile.get(before);
    if (kept) {
        keptByFile.delete(before);
        keptByFile.set(after, kept);
        for (const one of kept.values()) {
            if (isFollowing(one)) {
                one.change(removed, added);
            }
        }
    }
}

function isFollowing(kept: unknown): kept is FollowedFact {
    return typeof (kept as Partial<FollowedFact> | undefined)?.change === 'function';
}

/** Called before the names of a file are linked again. */
export function dropGathered(file: AstNode): void {
    keptByFile.delete(file);
}

/** A value that is derived from a list, computed once for each list. */
export function perList<T, V>(make: (list: readonly T[]) => V): (list: readonly T[]) => V {
    const made = new WeakMap<readonly T[], { readonly value: V }>();
    return (list) => {
        let known = made.get(list);
        if (!known) {
            known = { value: make(list) };
            made.set(list, known);
        }
        return known.value;
    };
}
