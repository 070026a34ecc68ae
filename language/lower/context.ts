/** What lowering needs at every node: the indices that names stand for, and the monitors collected so far. */
import type { AstNode, CstNode } from 'langium';
import { AstUtils, CstUtils } from 'langium';
import type { Annotation, Monitor, Source } from '../../server/model/policy.js';
import type { Agent, Annotated, Approver, Human, Label, OutsideEvent, PolicyFile, Tool } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../inventory.js';
import type { GuardrailServices } from '../module.js';

export class LoweringContext {
    readonly inventory: Inventory;
    readonly tools: readonly Tool[];
    readonly agents: readonly Agent[];
    readonly humans: readonly Human[];
    readonly labels: readonly Label[];
    readonly outsideEvents: readonly OutsideEvent[];
    readonly monitors: Monitor[] = [];
    private readonly monitorIndex = new Map<string, number>();

    constructor(
        file: PolicyFile,
        private readonly services: GuardrailServices
    ) {
        this.inventory = services.inventory.of(AstUtils.getDocument(file));
        this.tools = this.inventory.tools.map((named) => named.tool);
        this.agents = this.inventory.elements.filter(ast.isAgent);
        this.humans = this.inventory.elements.filter(ast.isHuman);
        this.labels = this.inventory.elements.filter(ast.isLabel);
        this.outsideEvents = this.inventory.elements.filter(ast.isOutsideEvent);
    }

    /** The index of a declaration in its list. Throws if the reference is broken: lowering is for valid files only. */
    indexOf<T extends AstNode>(list: readonly T[], node: T | undefined): number {
        const index = node ? list.indexOf(node) : -1;
        if (index < 0) {
            throw new Error('a policy with unresolved names cannot be lowered');
        }
        return index;
    }

    /** The people an approver stands for: a human, or the members of a role. */
    peopleOf(approver: Approver | undefined): number[] {
        const people = ast.isRole(approver) ? approver.members.map((member) => member.ref) : [approver];
        return people.map((human) => this.indexOf(this.humans, human));
    }

    annotations(node: Annotated): { annotations?: Annotation[] } {
        const annotations = node.annotations.map((annotation) => ({
            name: annotation.name,
            values: annotation.values.map((value) => value.text)
        }));
        return annotations.length > 0 ? { annotations } : {};
    }

    /** A count that saturates above every number that it is compared with. */
    countMonitor(monitor: Monitor, bound: number): number {
        const index = this.monitor({ ...monitor, cap: 0 });
        const known = this.monitors[index]!;
        this.monitors[index] = { ...known, cap: Math.max(known.cap ?? 0, Math.ceil(bound) + 1, 1) };
        return index;
    }

    /** The same condition written twice is one monitor. */
    monitor(monitor: Monitor): number {
        const { event, from } = monitor;
        const key = JSON.stringify({
            ...monitor,
            text: '',
            event: { ...event, text: '' },
            ...(from && { from: { ...from, text: '' } })
        });
        let index = this.monitorIndex.get(key);
        if (index === undefined) {
            index = this.monitors.push(monitor) - 1;
            this.monitorIndex.set(key, index);
        }
        return index;
    }

    doc(node: AstNode): { doc?: string } {
        const doc = this.services.documentation.DocumentationProvider.getDocumentation(node);
        return doc ? { doc } : {};
    }
}

/** Where the node stands; a statement without its annotations, so that its line is that of its first word. */
export function sourceOf(node: AstNode): Source {
    const range = node.$cstNode?.range;
    return {
        uri: AstUtils.getDocument(node).uri.toString(),
        start: firstWordOf(node)?.range.start ?? { line: 0, character: 0 },
        end: range?.end ?? { line: 0, character: 0 }
    };
}

/** A text or a regular expression may have in it what would start a comment elsewhere. */
const TEXT_REGEX_OR_COMMENT =
    /("(?:[^"\\\r\n]|\\.)*"|\/(?![*/])(?:[^/\\[\r\n]|\\.|\[(?:[^\]\\\r\n]|\\.)*\])+\/[A-Za-z]*)|\/\*[\s\S]*?\*\/|\/\/[^\r\n]*/g;

/** The text as the author wrote it, without comments and the annotations of a statement, white space folded. */
export function textOf(node: AstNode): string {
    const text = node.$cstNode?.text ?? '';
    return text
        .slice((firstWordOf(node)?.offset ?? 0) - (node.$cstNode?.offset ?? 0))
        .replace(TEXT_REGEX_OR_COMMENT, (_match, kept?: string) => kept ?? ' ')
        .replace(/\s+/g, ' ')
        .trim();
}

/** The node itself, or the first word of a statement after its annotations; they alone while nothing follows them. */
export function firstWordOf(node: AstNode): CstNode | undefined {
    const whole = node.$cstNode;
    const last = ast.isAnnotated(node) ? node.annotations.at(-1)?.$cstNode : undefined;
    return (
        (whole && last && CstUtils.flattenCst(whole).find((leaf) => !leaf.hidden && leaf.offset >= last.end)) ?? whole
    );
}
