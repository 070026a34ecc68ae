/**
 * A copy of what a pack says, with the arguments of a use in the place of its parameters. The copies are statements
 * like those that a person writes out by hand: whatever reads statements needs to know nothing of packs.
 */
import type { AstNode, Reference } from 'langium';
import type { Pack, PackElement, PackParam, PackValue } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../inventory.js';
import { paramsInScope } from '../name-owner.js';

export type Bindings = ReadonlyMap<PackParam, PackValue>;

/** Copies the body of a pack under `container`. Every parameter must have a value that fits it. */
export function copyPack(pack: Pack, bindings: Bindings, container: AstNode, inventory: Inventory): PackElement[] {
    return new Copier(bindings, inventory).elements(pack.elements, container);
}

type Plain = Record<string, unknown>;

class Copier {
    private readonly copies = new Map<AstNode, AstNode>();

    constructor(
        private readonly bindings: Bindings,
        private readonly inventory: Inventory
    ) {}

    elements(elements: readonly PackElement[], container: AstNode): PackElement[] {
        return elements.map((element) => this.node(element, container, 'elements') as PackElement);
    }

    private node(node: AstNode, container: AstNode, property: string, index?: number): AstNode {
        const copy = this.replacement(node) ?? this.shell(node);
        const placed = copy as unknown as Plain;
        placed.$container = container;
        placed.$containerProperty = property;
        if (index !== undefined) {
            placed.$containerIndex = index;
        }
        return copy;
    }

    /** The node with copies of all it contains. */
    private shell(node: AstNode): AstNode {
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
        return self;
    }

    private value(value: unknown, container: AstNode, property: string, index?: number): unknown {
        if (isNode(value)) {
            return this.node(value, container, property, index);
        }
        return isReference(value) ? this.reference(value, container) : value;
    }

    /** What stands instead of a node that is, or names, a parameter of the pack. */
    private replacement(node: AstNode): AstNode | undefined {
        if (ast.isToolSelector(node)) {
            const value = this.bound(node.target);
            return value && this.selector(value);
        }
        if (ast.isReference(node)) {
            const value = this.bound(node.target);
            return ast.isConstantValue(value) ? this.shell(value.literal) : undefined;
        }
        if (ast.isHolds(node) && ast.isReference(node.term)) {
            const value = this.bound(node.term.target);
            return ast.isConditionParam(node.term.target.ref) && value ? this.condition(value) : undefined;
        }
        if (ast.isNameValue(node)) {
            const value = this.bound(node.target);
            return value && this.shell(value);
        }
        return undefined;
    }

    private selector(value: PackValue): AstNode {
        if (ast.isNameValue(value)) {
            return {
                $type: ast.ToolSelector.$type,
                $cstNode: value.$cstNode,
                target: value.target
            } as unknown as AstNode;
        }
        const selectors = ast.isToolsValue(value) ? value.selectors : [];
        if (selectors.length === 1) {
            return this.shell(selectors[0]!);
        }
        // Several selectors are a group that has no name.
        const group = { $type: ast.Group.$type, $cstNode: value.$cstNode, name: '' } as unknown as Plain;
        group.members = selectors.map((selector, index) =>
            this.node(selector, group as unknown as AstNode, 'members', index)
        );
        const target = referenceTo(() => group as unknown as AstNode, value.$cstNode?.text ?? '');
        return { $type: ast.ToolSelector.$type, $cstNode: value.$cstNode, target } as unknown as AstNode;
    }

    private condition(value: PackValue): AstNode | undefined {
        if (ast.isConditionValue(value)) {
            return this.shell(value.condition);
        }
        const holds: Plain = { $type: ast.Holds.$type, $cstNode: value.$cstNode };
        const self = holds as unknown as AstNode;
        if (ast.isConstantValue(value)) {
            holds.term = this.node(value.literal, self, 'term');
        } else if (ast.isNameValue(value)) {
            const reference: Plain = { $type: ast.Reference.$type, $cstNode: value.$cstNode, called: false, args: [] };
            reference.target = this.reference(value.target, reference as unknown as AstNode);
            reference.$container = self;
            reference.$containerProperty = 'term';
            holds.term = reference;
        }
        return self;
    }

    private reference(reference: Reference, container: AstNode): Reference {
        const value = this.bound(reference);
        if (ast.isNameValue(value)) {
            return value.target;
        }
        // Resolved when asked for: what it names may not be copied yet.
        return referenceTo(() => this.target(reference, container), reference.$refText, reference);
    }

    /** A parameter of a call is that of the tools which are meant at this use. */
    private target(reference: Reference, container: AstNode): AstNode | undefined {
        const original = reference.ref;
        const copy = original && this.copies.get(original);
        if (copy) {
            return copy;
        }
        if (ast.isParam(original) && !ast.isPackParam(original) && !ast.isDefinition(original.$container)) {
            const params = paramsInScope(container, this.inventory);
            return params.find((param) => param.name === reference.$refText);
        }
        return original;
    }

    private bound(reference: Reference | undefined): PackValue | undefined {
        const target = reference?.ref;
        return ast.isPackParam(target) ? this.bindings.get(target) : undefined;
    }

    /** Where the grammar asks for a number or a duration, a parameter stands beside it. */
    private bindNumbers(copy: Plain): void {
        for (const name of ['bound', 'quorum', 'valid', 'timeout']) {
            const reference = copy[`${name}Param`] as Reference | undefined;
            // The reference of the copy still names the parameter.
            const value = reference && this.bindings.get(reference.ref as PackParam);
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
