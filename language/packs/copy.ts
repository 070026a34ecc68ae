/**
 * Copies the body of a pack or a definition, with the arguments of a use in place of its parameters. The copies are
 * ordinary statements and conditions, so code that reads them need not handle packs.
 */
import type { AstNode, Reference } from 'langium';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import { adoptOwner, nameOwner, paramInScope } from '../names/name-owner.js';
import { eventTools } from '../names/selectors.js';

export type Bindings = ReadonlyMap<ast.PackParam, ast.PackValue>;

export interface PackCopy<T> {
    readonly copy: T;
    /** The parts that both an event of the body and its argument specify, in sentences. */
    readonly conflicts: readonly string[];
}

/** Copies the body of a pack under `container`. Every parameter must have a value that fits it. */
export function copyPack(
    pack: ast.Pack,
    bindings: Bindings,
    container: AstNode,
    inventory: Inventory
): PackCopy<ast.PackElement[]> {
    const copier = new Copier(bindings, inventory, false);
    return { copy: copier.elements(pack.elements, container), conflicts: copier.conflicts };
}

/**
 * Copies a definition to the place that names it. The plain names in an argument keep their meaning at that place;
 * those of the body belong to the definition.
 */
export function copyDefinition(
    definition: ast.Definition,
    bindings: Bindings,
    container: AstNode,
    inventory: Inventory
): PackCopy<ast.Definition> {
    const copier = new Copier(bindings, inventory, true);
    return { copy: copier.definition(definition, container), conflicts: copier.conflicts };
}

type Plain = Record<string, unknown>;

export class Copier {
    readonly conflicts: string[] = [];
    protected readonly copies = new Map<AstNode, AstNode>();

    constructor(
        protected readonly bindings: Bindings,
        protected readonly inventory: Inventory,
        /** Arguments keep the names of the place where they are written. */
        private readonly keepsNames: boolean
    ) {}

    definition(definition: ast.Definition, container: AstNode): ast.Definition {
        const { $type, $cstNode, name, params } = definition;
        const copy: Plain = { $type, $cstNode, name, params, $container: container };
        const self = copy as unknown as ast.Definition;
        copy.condition = this.node(definition.condition, self, 'condition');
        return self;
    }

    elements(elements: readonly ast.PackElement[], container: AstNode): ast.PackElement[] {
        return elements.map((element) => this.node(element, container, 'elements') as ast.PackElement);
    }

    protected node(node: AstNode, container: AstNode, property: string, index?: number): AstNode {
        const copy = this.replacement(node) ?? this.shell(node);
        const placed = copy as unknown as Plain;
        placed.$container = container;
        placed.$containerProperty = property;
        if (index !== undefined) {
            placed.$containerIndex = index;
        }
        return copy;
    }

    /** The node with copies of everything it contains. */
    protected shell(node: AstNode): AstNode {
        const copy: Plain = { $type: node.$type, $cstNode: node.$cstNode };
        const self = copy as unknown as AstNode;
        this.copies.set(node, self);
        for (const [name, value] of Object.entries(node)) {
            if (!name.startsWith('$')) {
                copy[name] = Array.isArray(value)
                    ? value.map((item: unknown, index) => this.value(item, self, name, index))
                    : this.value(value, self, name);
            }
        }
        this.bindNumbers(copy);
        const value = ast.isEvent(node) ? this.boundEvent(node) : undefined;
        if (value) {
            this.merge(copy, value);
        }
        return self;
    }

    /** A copy of a part of an argument. */
    protected given(part: AstNode, container?: AstNode, property?: string, index?: number): AstNode {
        const copy = container ? this.node(part, container, property!, index) : this.shell(part);
        this.keepOwner(copy, part);
        return copy;
    }

    private value(value: unknown, container: AstNode, property: string, index?: number): unknown {
        if (isNode(value)) {
            return this.node(value, container, property, index);
        }
        return isReference(value) ? this.reference(value, container) : value;
    }

    /** The replacement for a node that is, or names, a parameter of the pack. */
    protected replacement(node: AstNode): AstNode | undefined {
        if (ast.isToolSelector(node)) {
            const value = this.bound(node.target);
            return value && this.selector(value);
        }
        if (ast.isReference(node)) {
            const value = this.bound(node.target);
            return ast.isConstantValue(value) ? this.given(value.literal) : undefined;
        }
        if (ast.isHolds(node) && ast.isReference(node.term)) {
            const value = this.bound(node.term.target);
            return ast.isConditionParam(node.term.target?.ref) && value ? this.condition(value) : undefined;
        }
        if (ast.isNameValue(node)) {
            const value = this.bound(node.target);
            return value && this.given(value);
        }
        return undefined;
    }

    /** The argument that an event of the body refers to. */
    private boundEvent({ selector }: ast.Event): ast.Event | undefined {
        const value = ast.isToolSelector(selector) ? this.bound(selector.target) : undefined;
        return ast.isEventValue(value) ? value.event : undefined;
    }

    /** Adds the argument's parts to its event where the body has none: its status, arguments, agents and `where`. */
    private merge(copy: Plain, event: ast.Event): void {
        const self = copy as unknown as ast.Event;
        const own = new Set(self.args.map((argument) => argument.param?.$refText));
        this.noteConflicts(self, event, own);
        copy.status ??= event.status;
        copy.listed = self.listed || event.listed;
        copy.args = [
            ...self.args,
            ...event.args
                .filter((argument) => !own.has(argument.param?.$refText))
                .map((argument, index) => this.argument(argument, self, own.size + index))
        ];
        if (event.by && !self.by) {
            copy.by = this.given(event.by, self, 'by');
        }
        if (event.approver && !self.approver) {
            copy.approver = this.reference(event.approver, self);
        }
        if (event.where) {
            copy.where = self.where ? this.both(self.where, event.where, self) : this.node(event.where, self, 'where');
        }
    }

    private noteConflicts(own: ast.Event, given: ast.Event, args: ReadonlySet<string | undefined>): void {
        const says = (what: string): void => {
            const argument = (given.$cstNode?.text ?? '').replace(/\s+/g, ' ');
            this.conflicts.push(
                `The argument \`${argument}\` specifies ${what}, and so does the event that it replaces.`
            );
        };
        if (own.status !== undefined && given.status !== undefined) {
            says(`\`${given.status}\``);
        }
        if ((own.by ?? own.approver) && (given.by ?? given.approver)) {
            says('`by`');
        }
        const twice = given.args.find((argument) => args.has(argument.param?.$refText));
        if (twice) {
            says(`the \`${twice.param?.$refText}\``);
        }
    }

    /**
     * `E(p)` in an argument refers to the p of the place where it is written, even if the definition uses the same
     * name.
     */
    protected argument(argument: ast.EventArgument, container: ast.Event, index: number): AstNode {
        const copy = this.node(argument, container, 'args', index) as ast.EventArgument;
        const owner = this.keepsNames ? nameOwner(argument.$container.$container) : undefined;
        if (!owner) {
            return copy;
        }
        if (copy.value) {
            adoptOwner(copy.value, owner);
            return copy;
        }
        const name = argument.param?.$refText;
        const param =
            name === undefined ? undefined : paramInScope(argument.$container.$container, name, this.inventory);
        if (param) {
            const value = {
                $type: ast.Reference.$type,
                $cstNode: argument.$cstNode,
                $container: copy,
                $containerProperty: 'value',
                target: referenceTo(() => param, name),
                called: false,
                args: [],
                named: []
            } as unknown as ast.Reference;
            copy.value = value;
            adoptOwner(value, owner);
        }
        return copy;
    }

    private both(left: ast.Condition, right: ast.Condition, container: AstNode): AstNode {
        const copy: Plain = {
            $type: ast.BinaryCondition.$type,
            $cstNode: right.$cstNode,
            $container: container,
            $containerProperty: 'where',
            operator: 'and'
        };
        const self = copy as unknown as AstNode;
        Object.assign(left, { $container: self, $containerProperty: 'left' });
        copy.left = left;
        copy.right = this.node(right, self, 'right');
        return self;
    }

    private selector(value: ast.PackValue): AstNode | undefined {
        if (ast.isNameValue(value)) {
            return {
                $type: ast.ToolSelector.$type,
                $cstNode: value.$cstNode,
                target: value.target
            } as unknown as AstNode;
        }
        const selector = ast.isToolsValue(value)
            ? value.selector
            : ast.isEventValue(value)
              ? value.event.selector
              : undefined;
        return selector && this.shell(selector);
    }

    protected condition(value: ast.PackValue): AstNode | undefined {
        if (ast.isConditionValue(value)) {
            return this.given(value.condition);
        }
        const holds: Plain = { $type: ast.Holds.$type, $cstNode: value.$cstNode };
        const self = holds as unknown as AstNode;
        if (ast.isConstantValue(value)) {
            holds.term = this.given(value.literal, self, 'term');
        } else if (ast.isNameValue(value)) {
            const reference: Plain = { $type: ast.Reference.$type, $cstNode: value.$cstNode, called: false, args: [] };
            reference.target = this.reference(value.target, reference as unknown as AstNode);
            reference.$container = self;
            reference.$containerProperty = 'term';
            reference.named = [];
            holds.term = reference;
            this.keepOwner(reference as unknown as AstNode, value);
        }
        return self;
    }

    protected keepOwner(copy: AstNode, part: AstNode): void {
        const owner = this.keepsNames ? nameOwner(part) : undefined;
        if (owner) {
            adoptOwner(copy, owner);
        }
    }

    private reference(reference: Reference, container: AstNode): Reference {
        const value = this.bound(reference);
        if (ast.isNameValue(value)) {
            return value.target;
        }
        // References are resolved on demand, because the named element may not be copied yet.
        return referenceTo(() => this.target(reference, reference.ref, container), reference.$refText, reference);
    }

    /**
     * A parameter of a call belongs to the tools of this use.
     *
     * @param original the element that the reference names, which is looked up once: it may belong to a copy of a copy,
     * and so on
     */
    protected target(reference: Reference, original: AstNode | undefined, container: AstNode): AstNode | undefined {
        const copy = original && this.copies.get(original);
        if (copy) {
            return copy;
        }
        // A name after a dot is a field of the value before it, not a parameter of a call.
        const isPlain = !ast.isFieldAccess(container);
        if (isPlain && ast.isParam(original) && !ast.isPackParam(original) && !ast.isDefinition(original.$container)) {
            if (ast.isTotal(container) || ast.isLatest(container)) {
                return container.result ? original : this.fieldOf(container.event, reference.$refText);
            }
            return paramInScope(container, reference.$refText, this.inventory);
        }
        return original;
    }

    /** In `total(actions.amount)` the field belongs to the event, regardless of the call that the rule decides. */
    private fieldOf(event: ast.Event, name: string): ast.Param | undefined {
        return eventTools([event], this.inventory)
            .flatMap((tool) => tool.params)
            .find((param) => param.name === name);
    }

    protected bound(reference: Reference | undefined): ast.PackValue | undefined {
        const target = reference?.ref;
        return ast.isPackParam(target) ? this.bindings.get(target) : undefined;
    }

    /** Binds the parameters used where the grammar expects a number or a duration. */
    private bindNumbers(copy: Plain): void {
        for (const name of ['bound', 'quorum', 'valid', 'timeout', 'within']) {
            const reference = copy[`${name}Param`] as Reference | undefined;
            // The reference of the copy still names the parameter.
            const value = reference && this.bindings.get(reference.ref as ast.PackParam);
            if (ast.isConstantValue(value) && ast.isNumberLiteral(value.literal)) {
                copy[name] = value.literal.value;
                delete copy[`${name}Param`];
            } else if (ast.isDurationValue(value)) {
                copy[name] = value.duration;
                delete copy[`${name}Param`];
            }
        }
    }
}

function referenceTo(target: () => AstNode | undefined, text: string, original?: Reference): Reference {
    return {
        $refText: text,
        ...(original?.$refNode && { $refNode: original.$refNode }),
        get ref() {
            return target();
        }
    };
}

function isNode(value: unknown): value is AstNode {
    return typeof value === 'object' && value !== null && '$type' in value;
}

function isReference(value: unknown): value is Reference {
    return typeof value === 'object' && value !== null && '$refText' in value;
}
