/**
 * Compares the calls of one tool over concrete sessions, for parts that the finite system does not represent: both
 * policies are run in lock step through the decision procedure itself. A difference that is found comes with a session.
 * If none is found, this holds only within the scope of the values and steps that were tried (docs/checker.md, "Beyond
 * the exact search").
 */
import { advance } from '../../model/advance.js';
import { decide, findHeld } from '../../model/decide.js';
import { choicesOf } from '../../model/policy/lasting.js';
import type { Condition, EventPattern, Policy, Rule } from '../../model/policy/policy.js';
import type { Decision, SessionState } from '../../model/session/session.js';
import { mayBe, TRUE } from '../../model/policy/truth.js';
import type { Act } from '../traces/steps.js';
import { Bounds } from '../concrete/bounds.js';
import type { EventCounts } from '../concrete/bounds.js';
import { Choices, patternsIn } from '../concrete/choices.js';
import { ClockChanges } from '../concrete/clock.js';
import type { UnmetNeed } from '../concrete/contest.js';
import { OpenNeeds, untriedIn, untriedText } from '../concrete/contest.js';
import type { BoundedLimits } from '../concrete/explore.js';
import { Keys } from '../concrete/key.js';
import type { StateKey } from '../concrete/key.js';
import type { Move } from '../concrete/moves.js';
import { Moves } from '../concrete/moves.js';
import { needsOf } from '../concrete/needs.js';
import { narrowed, windowsOf } from '../concrete/scope.js';
import { Symmetry } from '../concrete/symmetry.js';
import { summandsIn, Values } from '../concrete/values.js';
import { Variables } from '../concrete/variables.js';
import { waitsFrom } from '../concrete/waits.js';
import { reachOf } from '../reductions/cone.js';
import type { ExploreOptions } from '../search/breadth-first.js';
import type { LevelSearch } from '../search/levels.js';
import { byLevels } from '../search/levels.js';
import { LimitMet, spend } from '../limits/budget.js';
import { UNITS } from '../limits/units.js';
import { finished } from '../limits/resumable.js';
import type { SessionStart } from '../traces/replay.js';
import { mixesConstants, outlivesSessions } from '../reductions/all-sessions.js';
import { begin, stepOf } from '../traces/replay.js';
import type { FoundSession } from '../traces/found-session.js';
import { seesHolds } from '../reductions/slice.js';
import { orReason } from '../limits/undecidable.js';
import type { ComparisonQuestion, ComparisonResult } from './exact.js';
import type { MergedPolicy } from './merge.js';
import { plainText } from '../conditions/plain.js';
import { kindOf } from './system.js';

interface Both {
    readonly old: SessionState;
    readonly new: SessionState;
}

interface Node extends Both {
    readonly start: SessionStart;
    readonly parent: Node | undefined;
    /** The step that led to this node. */
    readonly act: Act | undefined;
    readonly at: number;
    /** The held call that only its own answers and release can follow. */
    readonly focus: number | undefined;
    readonly counted: EventCounts;
    readonly keyed: StateKey;
}

const CHECK_EVERY = 32;

export function compareConcretely(
    merged: MergedPolicy,
    asked: ComparisonQuestion,
    options: ExploreOptions,
    limits: BoundedLimits,
    kinds: number
): ComparisonResult {
    const search = orReason(() => new LockStep(merged, asked, options, limits, kinds));
    if (typeof search !== 'string') {
        const found = search.run();
        if (!found.exploration.exhausted || found.sessions.length > 0) {
            return found;
        }
        const untried = search.untried();
        const limit = search.overlapsDiffer ? OVERLAPS : untried && untriedText(untried);
        return limit === undefined
            ? found
            : { ...found, exploration: { ...found.exploration, exhausted: false, limit } };
    }
    const limit = `the values that arguments may have ${search}`;
    return { sessions: [], exploration: { states: 0, transitions: 0, depth: 0, exhausted: false, limit }, scopes: [] };
}

const OVERLAPS = 'a rule that only one policy has reads which calls run, and calls that overlap are not compared';

class LockStep implements LevelSearch<Node> {
    /** True if no session of the scope distinguishes the policies by such a rule. */
    readonly overlapsDiffer: boolean;
    private readonly old: Policy;
    private readonly young: Policy;
    private readonly windows: readonly number[];
    private readonly isAtOnce: boolean;
    private readonly values: Values;
    private readonly choices: Choices;
    private readonly moves: Moves;
    private readonly bounds: Bounds;
    private readonly clock: ClockChanges;
    private readonly keys: Keys;
    private readonly symmetry: Symmetry;
    private readonly scopes = new Set<string>();
    private readonly seen = new Set<string>();
    private readonly sessions = new Map<string, FoundSession>();
    private readonly open: OpenNeeds;
    private readonly variables: Variables;
    transitions = 0;
    readonly pauseEvery = Infinity;
    readonly isOfScope = true;
    private next: Node[] = [];
    private expanded = 0;

    constructor(
        private readonly merged: MergedPolicy,
        private readonly asked: ComparisonQuestion,
        private readonly options: ExploreOptions,
        private readonly limits: BoundedLimits,
        private readonly kinds: number
    ) {
        const reach = reachOf(merged.policy, asked);
        const policy = narrowed(merged.policy, reach);
        const isOld = new Set(merged.old.rules);
        this.old = { ...policy, rules: policy.rules.filter((rule) => isOld.has(rule)) };
        this.young = { ...policy, rules: policy.rules.filter((rule) => !isOld.has(rule)) };
        const variables = (this.variables = new Variables(policy, [asked], reach));
        const patterns = patternsIn(policy, reach);
        this.values = new Values(variables);
        this.choices = new Choices(policy, reach, patterns, variables, this.values);
        this.isAtOnce = !this.holdsMatter(policy, patterns, reach.tools);
        this.windows = windowsOf(policy, [asked], reach, !this.isAtOnce);
        this.moves = new Moves(this.old, this.choices, {
            seesHolds: !this.isAtOnce,
            withoutApproval: false,
            outlivesSessions: outlivesSessions(merged.policy, reach),
            mixesConstants: mixesConstants(merged.policy, asked, reach),
            isLifted: false,
            overlapping: new Set(),
            mostRunning: 0
        });
        this.bounds = new Bounds(policy, reach, variables.counts, summandsIn(variables));
        this.clock = ClockChanges.of(policy, this.values.clockReads());
        this.keys = new Keys(policy, windowsOf(policy, [asked], reach, false), this.values.symmetric, !this.isAtOnce);
        this.symmetry = new Symmetry(this.values.symmetric);
        // Rules that both policies have stop the same calls in both; a rule of only one policy must be seen both met
        // and unmet.
        const isShared = sharedRules(merged);
        const ways = (rule: Rule): readonly boolean[] => (isShared(rule) ? [true] : [true, false]);
        this.open = new OpenNeeds(policy, needsOf(policy, { ...asked, when: ALWAYS }, reach, ways));
        if (patterns.some(({ status }) => status === 'running')) {
            this.scopes.add('calls run one at a time');
        }
        const different = { ...policy, rules: policy.rules.filter((rule) => !isShared(rule)) };
        this.overlapsDiffer = patternsIn(different, reachOf(different, asked)).some(
            ({ status }) => status === 'running'
        );
        if (this.windows.length > 0) {
            this.scopes.add('time passes until a window has just not ended, or has just ended');
        }
    }

    /** True if it can matter when a held call is approved and released (docs/checker.md, "Held calls"). */
    private holdsMatter(policy: Policy, patterns: readonly EventPattern[], tools: ReadonlySet<number>): boolean {
        const asked = ({ rules }: Policy): string[] =>
            rules
                .filter(({ kind }) => kind === 'approval')
                .map((rule) => plainText(rule))
                .sort();
        const areAlike = plainText(asked(this.old)) === plainText(asked(this.young));
        const stand = policy.rules.some((rule) => rule.kind === 'approval' && rule.per !== undefined);
        return !areAlike || stand || seesHolds({ policy, question: this.asked, tools: [...tools] }, patterns);
    }

    run(): ComparisonResult {
        this.begin();
        const { depth, limit } = finished(byLevels(this));
        return this.result(depth, limit);
    }

    level(): readonly Node[] | undefined {
        const level = this.next;
        this.next = [];
        return level.length > 0 && this.sessions.size < this.kinds ? level : undefined;
    }

    /** The first need that no session of the scope meets, even if the rules let every call through. */
    untried(): UnmetNeed | undefined {
        const { merged, asked, values, variables, clock, choices, open, options } = this;
        const shared = { values, counts: variables.counts, summands: summandsIn(variables), clock, choices };
        return finished(untriedIn(merged.policy, asked, shared, open.left, options));
    }

    private begin(): void {
        const epochs = this.clock.isRead ? this.clock.starts() : [undefined];
        for (const constants of this.choices.constants) {
            for (const epoch of epochs) {
                const start: SessionStart = {
                    ...(Object.keys(constants).length > 0 && { constants }),
                    ...(epoch !== undefined && { epoch })
                };
                this.arrive({
                    old: begin(this.old, start),
                    new: begin(this.young, start),
                    start,
                    parent: undefined,
                    act: undefined,
                    at: 0,
                    focus: undefined,
                    counted: this.bounds.none
                });
            }
        }
    }

    expand(node: Node): void {
        const { time, epoch } = node.old;
        const waits =
            node.focus === undefined
                ? waitsFrom(node.keyed.places, this.windows, time)
                : { instants: [], isCut: false };
        if (waits.isCut) {
            this.scopes.add('only the next moment at which a window ends is waited for');
        }
        const turns =
            node.focus === undefined && epoch !== undefined
                ? this.clock.after(epoch + time).map((instant) => instant - epoch)
                : [];
        for (const instant of new Set([time, ...waits.instants, ...turns])) {
            const now = this.waited(node, instant);
            const isUsable = (chosen: object | undefined): boolean => this.symmetry.isUsable(chosen, node.keyed.fresh);
            for (const move of this.moves.from(now.old, node.focus, isUsable)) {
                if (move.act.kind !== 'approve' && move.act.kind !== 'refuse') {
                    this.take(node, now, move);
                }
            }
            this.answer(node, now);
        }
    }

    private waited(node: Node, instant: number): Node {
        if (instant === node.old.time) {
            return node;
        }
        const pass = { kind: 'time', to: instant } as const;
        return { ...node, old: advance(this.old, node.old, pass), new: advance(this.young, node.new, pass) };
    }

    /** Takes a step of the old policy, and the corresponding step of the new one. */
    private take(node: Node, now: Node, move: Move): void {
        this.count();
        this.open.watch.step(now.old, move);
        const { act } = move;
        if (act.kind !== 'submit') {
            this.go(node, now, move, { old: move.after, new: stepOf(this.young, now.new, act).after });
            return;
        }
        const decision = decide(this.young, now.new, act.call, act.readings);
        if (decision.kind === 'waits') {
            throw new Error('every call of a comparison has ended');
        }
        if (decision.kind !== act.decision.kind) {
            this.differ(now, { ...act, decision }, { old: act.decision, new: decision });
            return;
        }
        this.go(node, now, move, { old: move.after, new: stepOf(this.young, now.new, { ...act, decision }).after });
    }

    /** Humans answer what either policy holds for them; an answer that no requirement asks for has no effect. */
    private answer(node: Node, now: Node): void {
        const calls = [...now.old.held, ...now.new.held].map(({ call }) => call);
        const seen = new Set<string>();
        for (const call of calls) {
            const sides = [
                { policy: this.old, held: findHeld(now.old, call) },
                { policy: this.young, held: findHeld(now.new, call) }
            ];
            const id = sides[0]!.held?.id;
            if (seen.has(plainText(call)) || (node.focus !== undefined && node.focus !== id)) {
                continue;
            }
            seen.add(plainText(call));
            const humans = sides.flatMap(({ policy, held }) =>
                (held?.requirements ?? []).flatMap((index) => {
                    const rule = policy.rules[index]!;
                    return rule.kind === 'approval' ? rule.humans : [];
                })
            );
            for (const human of new Set([...humans].sort((a, b) => a - b))) {
                const choices = sides.flatMap(({ policy, held }) => choicesOf(policy, held?.requirements ?? [], human));
                const approvals = choices.length > 0 ? new Set(choices) : [undefined];
                const acts: HumanAct[] = [
                    ...[...approvals].map((lasts): HumanAct => ({ kind: 'approve', call, human, lasts })),
                    ...(node.focus === undefined ? [{ kind: 'refuse', call, human } as const] : [])
                ];
                for (const act of acts) {
                    this.count();
                    const [old, young] = [answered(this.old, now.old, act), answered(this.young, now.new, act)];
                    const move = { act, ...(node.focus !== undefined && { focus: node.focus }) };
                    this.go(node, now, move, { old, new: young });
                }
            }
        }
    }

    private go(node: Node, now: Node, move: Pick<Move, 'act' | 'event' | 'focus'>, after: Both): void {
        const counted =
            move.act.kind === 'new session'
                ? this.bounds.afterSession(node.counted)
                : this.bounds.after(node.counted, move.event);
        if (counted) {
            this.arrive({
                ...after,
                start: node.start,
                parent: node,
                act: move.act,
                at: now.old.time,
                focus: move.focus,
                counted
            });
        }
    }

    private arrive(node: Omit<Node, 'keyed'>): void {
        const { epoch, time } = node.old;
        const clock = epoch === undefined ? undefined : this.clock.key(epoch + time);
        const keyed = this.keys.of(node.old, [node.focus !== undefined, node.counted, clock], node.new);
        if (!this.seen.has(keyed.text)) {
            this.seen.add(keyed.text);
            this.next.push({ ...node, keyed });
        }
    }

    private differ(
        now: Node,
        act: Act & { readonly kind: 'submit' },
        decisions: { readonly old: Decision; readonly new: Decision }
    ): void {
        const kind = kindOf(decisions);
        if (!mayBe(this.asked.subject.tools[act.call.tool]!) || this.sessions.has(kind)) {
            return;
        }
        const end = now.old.time;
        const acts = [{ act: act as Act, time: end }];
        for (let at: Node | undefined = now; at?.act; at = at.parent) {
            acts.push({ act: at.act, time: at.at });
        }
        const { monitors } = this.merged.policy;
        this.sessions.set(kind, { acts: acts.reverse(), shown: new Set(monitors), end, start: now.start });
    }

    private count(): void {
        spend(UNITS.sessionStep);
        if (++this.transitions > this.limits.transitions) {
            throw new LimitMet(`more than ${this.limits.transitions.toLocaleString('en')} steps tried`);
        }
    }

    checkLimits(depth: number): void {
        const { onProgress, limits } = this.options;
        const states = this.seen.size;
        if (this.expanded++ % CHECK_EVERY === 0) {
            onProgress?.({ states, transitions: this.transitions, depth, queue: this.next.length });
        }
        const most = Math.min(this.limits.states, limits.maxStates);
        if (states > most) {
            throw new LimitMet(`more than ${most.toLocaleString('en')} states`);
        }
    }

    private result(depth: number, limit: string | undefined): ComparisonResult {
        const parts = [this.values, this.choices, this.moves, this.bounds, this.clock];
        const scopes = [...this.scopes, ...parts.flatMap((part) => [...part.scopes])];
        return {
            sessions: [...this.sessions.values()].slice(0, this.kinds),
            exploration: {
                states: this.seen.size,
                transitions: this.transitions,
                depth,
                exhausted: limit === undefined && this.sessions.size < this.kinds,
                ...(limit !== undefined && { limit })
            },
            scopes: scopes.length > 0 ? scopes : [OTHERWISE]
        };
    }
}

const ALWAYS: Condition = { op: 'constant', value: TRUE };

/** True if both policies have the rule. */
function sharedRules({ old, new: young }: MergedPolicy): (rule: Rule) => boolean {
    const [texts, others] = [old, young].map(({ rules }) => new Set(rules.map((rule) => plainText(rule))));
    return (rule) => texts!.has(plainText(rule)) && others!.has(plainText(rule));
}

type HumanAct = Act & { readonly kind: 'approve' | 'refuse' };

const OTHERWISE = 'calls, answers and outside events are of the kinds that some condition distinguishes';

function answered(policy: Policy, state: SessionState, { call, ...act }: HumanAct): SessionState {
    const held = findHeld(state, call);
    return held ? advance(policy, state, { ...act, id: held.id }) : state;
}
