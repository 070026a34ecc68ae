/**
 * Expands every named definition in a statement, including values, as a person would write it without definitions. The
 * validations of conditions also run on the result, so that no name hides a problem.
 */
import type { AstNode, Reference } from 'langium';
import { definitionOf } from '../names/conditions.js';
import type { Definition, PackParam, PackValue, Param, Term } from '../generated/ast.js';
import { nodesOfTypes } from '../text/contents.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import type { NameOwner } from '../names/name-owner.js';
import { adoptOwner, nameOwner } from '../names/name-owner.js';
import { argumentsOf, isValue, termIn } from './arguments.js';
import { Copier } from './copy.js';

export interface WrittenOut {
    readonly copy: AstNode;
    /** The name in the statement that led to a node of the copy; undefined for the statement's own nodes. */
    reachedBy(node: AstNode): ast.Reference | undefined;
}

/** The copy; undefined if it would have more than `most` nodes, or if a definition uses itself (GR308). */
export function writeOut(statement: AstNode, inventory: Inventory, most: number): WrittenOut | undefined {
    const shared: SharedState = { left: most, roots: new Map() };
    try {
        const copy = new Writer(new Map(), new Map(), inventory, shared).whole(statement);
        return { copy, reachedBy: (node) => outermost(node, shared.roots) };
    } catch (error) {
        if (error instanceof TooLong) {
            return undefined;
        }
        throw error;
    }
}

type Plain = Record<string, unknown>;

/** A rule with its definitions expanded; the rule itself if it names none, or if the copy would be too long. */
export function ruleWrittenOut<T extends ast.Rule>(rule: T, inventory: Inventory): WrittenOut & { readonly copy: T } {
    let known = rules.get(inventory);
    if (!known) {
        known = new WeakMap();
        rules.set(inventory, known);
    }
    let written = known.get(rule);
    if (!written) {
        const copied = definitionsIn(rule).size > 0 ? writeOut(rule, inventory, MOST_NODES) : undefined;
        written = copied ?? { copy: rule, reachedBy: () => undefined };
        known.set(rule, written);
    }
    return written as WrittenOut & { readonly copy: T };
}

/** The maximum number of nodes: a longer condition cannot be understood, and nested arguments make it long quickly. */
const MOST_NODES = 2_000;

/** The cache: an inventory describes one state of all files. */
const rules = new WeakMap<Inventory, WeakMap<ast.Rule, WrittenOut>>();

class TooLong extends Error {}

interface SharedState {
    left: number;
    /** The copied conditions of definitions, and the names in the statement that they replace. */
    readonly roots: Map<AstNode, ast.Reference>;
}

function outermost(node: AstNode, roots: SharedState['roots']): ast.Reference | undefined {
    let found: ast.Reference | undefined;
    for (let current: AstNode | undefined = node; current; current = current.$container) {
        found = roots.get(current) ?? found;
    }
    return found;
}

class Writer extends Copier {
    constructor(
        bindings: ReadonlyMap<PackParam, PackValue>,
        private readonly values: ReadonlyMap<Param, Term>,
        inventory: Inventory,
        private readonly shared: SharedState,
        private readonly outer?: Writer,
        private readonly writes?: Definition
    ) {
        super(bindings, inventory, true);
    }

    whole(statement: AstNode): AstNode {
        const copy = this.node(
            statement,
            statement.$container!,
            statement.$containerProperty!,
            statement.$containerIndex
        );
        // The file of a statement becomes another node whenever some other statement is edited.
        return Object.defineProperty(copy, '$container', { get: () => statement.$container, enumerable: true });
    }

    protected override shell(node: AstNode): AstNode {
        if (--this.shared.left < 0) {
            throw new TooLong();
        }
        return super.shell(node);
    }

    protected override replacement(node: AstNode): AstNode | undefined {
        const value = ast.isReference(node) ? this.values.get(node.target?.ref as Param) : undefined;
        if (value) {
            return this.given(value);
        }
        if (ast.isHolds(node) && definitionOf(node.term)) {
            return this.writtenOut(node);
        }
        if (ast.isGiven(node) && this.values.has(node.param?.ref as Param)) {
            return this.isGiven(node, this.values.get(node.param.ref!)!);
        }
        if (ast.isNameValue(node) && this.values.has(node.target?.ref as Param)) {
            const { $cstNode } = node;
            const holds: Plain = { $type: ast.Holds.$type, $cstNode };
            const value = { $type: ast.ConditionValue.$type, $cstNode, condition: holds } as unknown as AstNode;
            Object.assign(holds, { $container: value, $containerProperty: 'condition' });
            holds.term = this.given(this.values.get(node.target.ref as Param)!, holds as unknown as AstNode, 'term');
            return value;
        }
        const copy = super.replacement(node);
        return copy && ast.isHolds(copy) && definitionOf(copy.term) ? (this.writtenOut(copy) ?? copy) : copy;
    }

    /** The condition of the named definition. */
    private writtenOut(holds: ast.Holds): AstNode | undefined {
        const reference = holds.term as ast.Reference;
        const definition = definitionOf(reference)!;
        if (this.isInside(definition)) {
            throw new TooLong();
        }
        const given = argumentsOf(reference, definition);
        if (given.problems.length > 0) {
            return undefined;
        }
        const values = new Map<Param, Term>();
        for (const [param, value] of given.values) {
            const term = ast.isNameValue(value) ? this.named(value) : termIn(value);
            if (!term) {
                return undefined;
            }
            values.set(param, this.argumentCopy(term, holds) as Term);
        }
        const bindings = new Map<PackParam, PackValue>();
        for (const [param, value] of given.others) {
            bindings.set(param, this.argumentCopy(value, holds) as PackValue);
        }
        const writer = new Writer(bindings, values, this.inventory, this.shared, this, definition);
        const copy = writer.bodyOf(definition, holds);
        this.shared.roots.set(copy, reference);
        return copy;
    }

    /** Only a parameter of the call can be missing; any other value is present. */
    private isGiven({ $cstNode }: ast.Given, value: Term): AstNode {
        if (ast.isReference(value) && ast.isParam(value.target?.ref)) {
            const copy = { $type: ast.Given.$type, $cstNode, param: value.target } as unknown as AstNode;
            this.keepOwner(copy, value);
            return copy;
        }
        const literal = { $type: ast.BooleanLiteral.$type, $cstNode, value: 'true' };
        const holds = { $type: ast.Holds.$type, $cstNode, term: literal };
        Object.assign(literal, { $container: holds, $containerProperty: 'term' });
        return holds as unknown as AstNode;
    }

    private isInside(definition: Definition): boolean {
        return this.writes === definition || (this.outer?.isInside(definition) ?? false);
    }

    private bodyOf(definition: Definition, holds: ast.Holds): AstNode {
        return this.node(definition.condition, holds.$container!, holds.$containerProperty!, holds.$containerIndex);
    }

    /** An argument keeps the meaning that it has where it is written, in the statement or in another definition. */
    private argumentCopy(argument: AstNode, holds: ast.Holds): AstNode {
        const given = this.replacement(argument);
        const copy = given ?? this.shell(argument);
        Object.assign(copy, {
            $container: argument.$container ?? holds,
            $containerProperty: argument.$containerProperty ?? 'term'
        });
        if (!given) {
            this.keepOwner(copy, argument);
        }
        return copy;
    }

    /** A named argument that is a plain name, as a term. */
    private named(value: ast.NameValue): Term {
        const { $cstNode, $container, $containerProperty, target } = value;
        const reference = { $type: ast.Reference.$type, $cstNode, $container, $containerProperty, target };
        const term = { ...reference, called: false, args: [], named: [] } as unknown as Term;
        const owner = nameOwner(value);
        if (owner) {
            adoptOwner(term, owner);
        }
        return term;
    }

    /** The values in an event argument keep the names of the place where they are written. */
    protected override argument(argument: ast.EventArgument, container: ast.Event, index: number): AstNode {
        const copy = this.node(argument, container, 'args', index) as ast.EventArgument;
        if (!copy.value) {
            return super.argument(argument, container, index);
        }
        if (argument.value) {
            this.keepOwner(copy.value, argument.value);
        }
        return copy;
    }

    protected override node(node: AstNode, container: AstNode, property: string, index?: number): AstNode {
        const copy = super.node(node, container, property, index);
        return ast.isEventArgument(node) ? this.withValue(node, copy as ast.EventArgument) : copy;
    }

    /** `E(p)` in a definition compares with its parameter `p`, which is a value here. */
    private withValue(argument: ast.EventArgument, copy: ast.EventArgument): ast.EventArgument {
        if (argument.value || copy.value) {
            return copy;
        }
        const owner = nameOwner(argument.$container.$container);
        const params = owner?.kind === 'definition' ? owner.node.params : [];
        const param = params.filter(isValue).find(({ name }) => name === argument.param?.$refText);
        const value = param && this.values.get(param);
        if (value) {
            const term = this.given(value);
            Object.assign(term, { $container: copy, $containerProperty: 'value' });
            copy.value = term as Term;
        }
        return copy;
    }

    protected override keepOwner(copy: AstNode, part: AstNode): void {
        const owner = nameOwner(part);
        if (owner) {
            adoptOwner(copy, this.ownerInCopy(owner));
        }
    }

    /** Names in the copy refer to the copied call, if the call was copied. */
    private ownerInCopy(owner: NameOwner): NameOwner {
        if (owner.kind !== 'call') {
            return owner;
        }
        const copyOf = <T extends AstNode>(node: T): T => (this.copyOf(node) as T | undefined) ?? node;
        return { kind: 'call', node: copyOf(owner.node), events: owner.events.map(copyOf) };
    }

    private copyOf(node: AstNode): AstNode | undefined {
        return this.copies.get(node) ?? this.outer?.copyOf(node);
    }

    protected override target(
        reference: Reference,
        original: AstNode | undefined,
        container: AstNode
    ): AstNode | undefined {
        return (original && this.copyOf(original)) ?? super.target(reference, original, container);
    }
}

const NAMING = [ast.Reference.$type, ast.NameValue.$type];

function isNaming(node: AstNode): node is ast.Reference | ast.NameValue {
    return ast.isReference(node) || ast.isNameValue(node);
}

/** The definitions that a statement names, directly or indirectly. */
export function definitionsIn(statement: AstNode): Set<Definition> {
    const found = new Set<Definition>();
    const queue: AstNode[] = [statement];
    for (const node of queue) {
        for (const { target: named } of nodesOfTypes(node, NAMING, isNaming)) {
            const target = named?.ref;
            if (ast.isDefinition(target) && !found.has(target)) {
                found.add(target);
                queue.push(target.condition);
            }
        }
    }
    return found;
}
