/** The data that lowering needs at every node: the indices of names, and the monitors collected so far. */
import { type AstNode, AstUtils, type CstNode, CstUtils } from 'langium';
import type {
    Annotation,
    CallPattern,
    Comparator,
    Condition,
    Monitor,
    OutsideEvent as ModelEvent,
    ProvenanceSource,
    Rule,
    Recorder,
    Source,
    Term
} from '../../server/model/policy/policy.js';
import * as ast from '../generated/ast.js';
import type { GuardrailServices, Inventory } from '../names/inventory.js';
import { type Expansion, expansionOf, instanceOf, statementsWithPacks, substitutionsIn } from '../packs/instances.js';
import { isOpenList } from '../names/selectors.js';

/** The arguments of the enclosing definitions. */
export type Bindings = ReadonlyMap<ast.Param | ast.Item, Term>;

/**
 * The functions that lower history. They are passed in, because patterns contain conditions, and conditions contain
 * patterns.
 */
export interface HistoryLowering {
    condition(
        condition: ast.Once | ast.LastIs | ast.Since | ast.LatestIs,
        context: LoweringContext,
        bindings: Bindings
    ): Condition;
    count(comparison: CountComparison, context: LoweringContext, bindings: Bindings): Condition;
    term(term: ast.Count | ast.Total | ast.Latest, context: LoweringContext, bindings: Bindings): Term;
}

/** A comparison such as `count(E) >= 3`, with the count on the left. */
export interface CountComparison {
    readonly count: ast.Count;
    readonly cmp: Comparator;
    readonly bound: number;
}

/** The call of a claim, which the condition that is being lowered concerns. */
export interface JudgedCall {
    readonly subject: Pick<CallPattern, 'tools'>;
    /** True if a call that may do the subject counts as one (M20). */
    readonly ofInnerCalls: boolean;
}

export class LoweringContext {
    readonly inventory: Inventory;
    readonly tools: readonly ast.Tool[];
    readonly agents: readonly ast.Agent[];
    readonly humans: readonly ast.Human[];
    readonly labels: readonly ast.Label[];
    readonly outsideEvents: readonly ast.OutsideEvent[];
    readonly sources: ProvenanceSource[] = [];
    readonly signals: readonly ast.Signal[];
    /** The agents that someone delegates to: each becomes a tool after the declared ones. */
    readonly delegates: readonly ast.Agent[];
    /** The machines that are active: those of the policy and of the packs that it uses. */
    readonly machines: readonly ast.Modes[];
    /** Events that are not declared, numbered after the declared ones. */
    readonly specialEvents: ModelEvent[] = [];
    readonly monitors: Monitor[] = [];
    /**
     * True if an agent may get a label other than by its own calls, or may not get it with them. This is known once the
     * rules are lowered.
     */
    labelsTravel = false;
    /** The tool that `same tool` stands for, while a rule or condition is lowered for each tool in turn. */
    sameTool?: { readonly tool: number; readonly name: string } | undefined;
    /** While a claim is lowered, the call that it judges. */
    judged?: JudgedCall | undefined;
    /** The rules that hold calls. The lowering of a policy sets them before it lowers its rules. */
    requirements: readonly Rule[] = [];
    private readonly monitorIndex = new Map<string, number>();
    readonly recorders: Recorder[] = [];
    private readonly recorderIndex = new Map<string, number>();

    constructor(
        private readonly file: ast.PolicyFile,
        private readonly services: GuardrailServices,
        readonly history: HistoryLowering
    ) {
        this.inventory = services.inventory.of(AstUtils.getDocument(file));
        this.tools = this.inventory.tools.map((named) => named.tool);
        this.agents = this.inventory.elements.filter(ast.isAgent);
        this.humans = this.inventory.elements.filter(ast.isHuman);
        this.labels = this.inventory.elements.filter(ast.isLabel);
        this.outsideEvents = this.inventory.elements.filter(ast.isOutsideEvent);
        this.signals = this.inventory.elements.filter(ast.isSignal);
        this.delegates = delegatesOf(this.agents, file);
        this.machines = statementsWithPacks(file, this.inventory).filter(ast.isModes);
    }

    /** The number of an event that is not declared. */
    specialEvent(event: ModelEvent): number {
        const known = this.specialEvents.findIndex(({ name }) => name === event.name);
        return this.outsideEvents.length + (known >= 0 ? known : this.specialEvents.push(event) - 1);
    }

    modeOf(mode: ast.Mode | undefined): { machine: number; mode: number } {
        return {
            machine: this.indexOf(this.machines, mode?.$container),
            mode: this.indexOf(mode?.$container.modes ?? [], mode)
        };
    }

    /** The index of a declaration in its list. Throws if the reference is broken: only valid files are lowered. */
    indexOf<T extends AstNode>(list: readonly T[], node: T | undefined): number {
        const index = node ? list.indexOf(node) : -1;
        if (index < 0) {
            throw new Error('a policy with unresolved names cannot be lowered');
        }
        return index;
    }

    /** The people that an approver refers to: a human, or the members of a role. */
    peopleOf(approver: ast.Approver | undefined): number[] {
        const people = ast.isRole(approver) ? approver.members.map((member) => member.ref) : [approver];
        return people.map((human) => this.indexOf(this.humans, human));
    }

    /** Annotations of the element itself, of its pack and of the use. */
    annotations(node: ast.Annotated): { annotations?: Annotation[] } {
        const instance = instanceOf(node);
        const written = [node, ...(instance ? [instance.use, instance.pack] : [])]
            .flatMap((each) => each.annotations)
            .filter(({ name }) => !OF_A_NAME.has(name));
        const annotations = written.map((annotation) => ({
            name: annotation.name,
            values: annotation.values.map((value) => value.text)
        }));
        return annotations.length > 0 ? { annotations } : {};
    }

    /** The folder that the policy itself declares as the root of its paths: an import brings only names. */
    pathRoot(): { base?: string } {
        const base = this.file.elements.find(ast.isPathRoot)?.folder;
        return base === undefined ? {} : { base };
    }

    /** Throws without a time zone, which a policy must declare if it reads the calendar. */
    get timezone(): string {
        const zone = this.file.elements.find(ast.isTimezone)?.zone;
        if (zone === undefined) {
            throw new Error('a policy that reads the calendar without a time zone cannot be lowered');
        }
        return zone;
    }

    userSays(): number {
        return this.specialEvent({ name: 'user says', special: 'user says', source: sourceOf(this.file) });
    }

    /** A source that is named twice is stored once. */
    sourceIndex(source: ProvenanceSource): number {
        const key = sourceKey(source);
        const known = this.sources.findIndex((other) => sourceKey(other) === key);
        return known >= 0 ? known : this.sources.push(source) - 1;
    }

    /** The number of a monitor for a count, which saturates above every number that it is compared with. */
    countMonitor(monitor: Monitor, bound: number): number {
        const index = this.monitor({ ...monitor, cap: 0 });
        const known = this.monitors[index]!;
        this.monitors[index] = { ...known, cap: Math.max(known.cap ?? 0, Math.ceil(bound) + 1, 1) };
        return index;
    }

    /** The number of a monitor; the same condition written twice has one monitor. */
    monitor(lowered: Monitor): number {
        const { event, from } = lowered;
        const perAgent = lowered.perAgent || asksWho(event) || (from !== undefined && asksWho(from));
        return this.collect(withKeys({ ...lowered, perAgent }));
    }

    private collect(written: Monitor): number {
        const monitor = this.withNameOfTool(written);
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

    recorder(written: Recorder): number {
        const recorder = this.withNameOfTool(written);
        const { event, from } = recorder;
        const key = JSON.stringify({
            ...recorder,
            text: '',
            event: { ...event, text: '' },
            ...(from && { from: { ...from, text: '' } })
        });
        let index = this.recorderIndex.get(key);
        if (index === undefined) {
            index = this.recorders.push(recorder) - 1;
            this.recorderIndex.set(key, index);
        }
        return index;
    }

    /** The texts of a history name the tool that it counts: there is one for each tool. */
    private withNameOfTool<T extends Monitor | Recorder>(kept: T): T {
        const { sameTool } = this;
        const { event, from } = kept;
        const named = <U extends { readonly text: string }>(part: U): U =>
            sameTool ? { ...part, text: part.text.replace(SAME_TOOL, sameTool.name) } : part;
        return sameTool ? { ...named(kept), event: named(event), ...(from && { from: named(from) }) } : kept;
    }

    doc(node: AstNode): { doc?: string } {
        const doc = this.services.documentation.DocumentationProvider.getDocumentation(node);
        return doc ? { doc } : {};
    }
}

const SAME_TOOL = /\bsame tool\b/g;

/** True if the pattern selects different events for different callers. */
function asksWho({ agents }: CallPattern): boolean {
    return typeof agents === 'string';
}

function sourceKey(source: ProvenanceSource): string {
    return source.kind === 'user' ? 'user' : JSON.stringify([source.event.tools, source.fields]);
}

type Keyed = Monitor['event'] & { readonly keyTerms?: readonly Term[] };

/** The distinct keys of a monitor's patterns, and the indices of each pattern's keys. */
function withKeys(monitor: Monitor): Monitor {
    const patterns: Keyed[] = monitor.from ? [monitor.event, monitor.from] : [monitor.event];
    const terms = new Map(
        patterns.flatMap((pattern) => pattern.keyTerms ?? []).map((term) => [JSON.stringify(term), term])
    );
    if (terms.size === 0) {
        return monitor;
    }
    const ordered = (pattern: Keyed): Monitor['event'] => {
        const { keyTerms, keys, ...plain } = pattern;
        const names = [...terms.keys()].map(
            (key) => keys?.[keyTerms!.findIndex((term) => JSON.stringify(term) === key)]
        );
        return keys ? { ...plain, keys: names.filter((name) => name !== undefined) } : plain;
    };
    return {
        ...monitor,
        event: ordered(monitor.event),
        ...(monitor.from && { from: ordered(monitor.from) }),
        keys: [...terms.values()]
    };
}

/**
 * The place of the node in the text, without the annotations of a statement, so that its line is that of its first
 * word. An element of a pack has its place in the pack.
 */
export function sourceOf(node: AstNode): Source {
    const cst = node.$cstNode;
    const { range } = cst ?? {};
    return {
        uri: AstUtils.getDocument(cst?.root.astNode ?? node).uri.toString(),
        start: firstWordOf(node)?.range.start ?? { line: 0, character: 0 },
        end: range?.end ?? { line: 0, character: 0 }
    };
}

/** For an element of a pack, the place where the policy uses the pack. */
export function usedAt(node: AstNode): { usedAt?: Source } {
    const instance = instanceOf(node);
    return instance ? { usedAt: sourceOf(instance.use) } : {};
}

/** A number in the grammar, or a pack parameter in its place. */
export function boundOf(bound: number | undefined): number {
    if (bound === undefined) {
        throw new Error('a pack cannot be lowered, only a use of it');
    }
    return bound;
}

/**
 * Matches a text or a regular expression, which may contain characters that start a comment elsewhere, or a comment.
 */
const TEXT_REGEX_OR_COMMENT =
    /("(?:[^"\\\r\n]|\\.)*"|\/(?![*/])(?:[^/\\[\r\n]|\\.|\[(?:[^\]\\\r\n]|\\.)*\])+\/[A-Za-z]*)|\/\*[\s\S]*?\*\/|\/\/[^\r\n]*/g;

/**
 * The text as the author wrote it, without comments and the annotations of a statement, with white space collapsed; in
 * a pack, with the arguments of the use. An event with several tools gets the brackets that it needs in a condition.
 */
export function textOf(node: AstNode): string {
    const start = firstWordOf(node)?.offset ?? 0;
    const text = withoutComments(node.$cstNode ? textWithArguments(node.$cstNode, start, expansionOf(node)) : '');
    return ast.isEvent(node) && isOpenList(node.selector) ? `[${text}]` : text;
}

/** The text on one line, without comments; quoted parts and patterns stay unchanged. */
export function withoutComments(text: string): string {
    return text
        .replace(TEXT_REGEX_OR_COMMENT, (_match, kept?: string) => kept ?? ' ')
        .replace(/\s+/g, ' ')
        .trim();
}

function textWithArguments(cst: CstNode, start: number, expansion: Expansion | undefined): string {
    const replaced = chainOf(expansion)
        .flatMap(substitutionsIn)
        .filter(({ at }) => at.root === cst.root && at.offset >= start && at.end <= cst.end)
        .sort((a, b) => b.at.offset - a.at.offset);
    let text = cst.text;
    for (const { at, value } of replaced) {
        text = text.slice(0, at.offset - cst.offset) + argumentText(value) + text.slice(at.end - cst.offset);
    }
    return text.slice(start - cst.offset);
}

function argumentText(value: ast.PackValue): string {
    const text = textOf(value);
    return ast.isConditionValue(value) && ast.isBinaryCondition(value.condition) ? `(${text})` : text;
}

function chainOf(expansion: Expansion | undefined): Expansion[] {
    return expansion ? [expansion, ...chainOf(expansion.parent)] : [];
}

/**
 * The node itself, or the first word of a statement after its annotations; only the annotations while nothing follows
 * them.
 */
export function firstWordOf(node: AstNode): CstNode | undefined {
    const whole = node.$cstNode;
    const last = ast.isAnnotated(node) ? node.annotations.at(-1)?.$cstNode : undefined;
    return (
        (whole && last && CstUtils.flattenCst(whole).find((leaf) => !leaf.hidden && leaf.offset >= last.end)) ?? whole
    );
}

/** Annotations about the name of a pack say nothing about the rules and claims that it brings. */
const OF_A_NAME: ReadonlySet<string> = new Set(['private', 'deprecated']);

/** The possible delegations, by the declarations of agents. */
/** The agents that someone delegates to, or that the file treats as delegates, in declaration order. */
function delegatesOf(agents: readonly ast.Agent[], file: ast.PolicyFile): ast.Agent[] {
    const named = new Set(agents.flatMap((agent) => agent.delegations.flatMap(({ to }) => to.map(({ ref }) => ref))));
    for (const node of AstUtils.streamAllContents(file)) {
        if (ast.isDelegationSelector(node)) {
            named.add(node.agent?.ref);
        } else if (ast.isDelegateStep(node)) {
            named.add(node.to?.ref);
        }
    }
    return agents.filter((agent) => named.has(agent));
}
