/**
 * Maps the events of a pattern to Dogwood events. A call of the session is a `request`, at the place and time of its
 * release. Once it is known to have succeeded, it is also a `response` with the same `requestId`. An event therefore
 * - may match every request, including one that was denied or is still running, except the one that is being decided;
 * - must match a request that has its response.
 *
 * Parts of a pattern that cannot be expressed widen the first and narrow the second.
 */
import type { Condition, EventPattern, RecorderKey, Status, Tool } from '../../model/policy/policy.js';
import { and, FALSE, mayBe, mustBe } from '../../model/policy/truth.js';
import type { ConditionContext, Side } from '../cedar/conditions.js';
import { quoted } from '../cedar/texts.js';
import { type About, ANY_EVENT, type EventTests, conjunction, type Kind, keyIs, predicate, whereIs } from './events.js';
import { all, exists, formerly, NOT_NOW, some } from './temporal.js';

/** A pattern of a monitor or recorder, with the conditions that the decided call adds to it. */
export interface Pattern {
    readonly event: EventPattern;
    readonly keys: readonly RecorderKey[];
    readonly isSameCall: boolean;
    /** The part of its `where` that concerns the decided call. */
    readonly asked?: Condition;
}

/**
 * Requires that an event of one kind happened at most this many seconds ago, and that the condition is true at its
 * point.
 */
export type OccurrenceText = (
    seconds: number | undefined,
    there: readonly string[],
    fields?: readonly string[]
) => string;

/**
 * The occurrences of each kind of event; any of them counts. Requests are one kind, unless `each` is set; with
 * `withNow`, the request that is being decided counts as an event too. Undefined if there may be other events that
 * cannot be observed.
 */
export function occurrences(
    pattern: Pattern,
    side: Side,
    asking: ConditionContext,
    { each = false, withNow = false } = {}
): OccurrenceText[] | undefined {
    if (side === 'must') {
        return certain(pattern, asking);
    }
    const requests = possible(pattern, asking)?.map((request) => (withNow ? { ...request, isOwn: false } : request));
    return requests && (each || requests.length <= 1 ? requests : [together(requests)]).map(asOccurred);
}

interface Request {
    /** Writes the condition at the point of the event. */
    readonly text: (fields: readonly string[]) => string;
    /** True if the event may be the one that is being decided. */
    readonly isOwn: boolean;
}

function together(requests: readonly Request[]): Request {
    return {
        text: (fields) => some(requests.map(({ text }) => text(fields))),
        isOwn: requests.some(({ isOwn }) => isOwn)
    };
}

function asOccurred({ text, isOwn }: Request): OccurrenceText {
    return (seconds, there, fields = []) => formerly(seconds, [text(fields), ...(isOwn ? [NOT_NOW] : []), ...there]);
}

/** Undefined if an event that is not a call may match too. */
function possible(pattern: Pattern, asking: ConditionContext): Request[] | undefined {
    const { event } = pattern;
    const { policy, unsaid } = asking;
    if (!SEEN.has(event.status)) {
        unsaid.add(BEYOND_CALLS[event.status] ?? 'calls that run');
        return undefined;
    }
    const isDelegation = policy.tools.some(
        (tool, index) => tool.delegatesTo !== undefined && mayBe(event.tools[index] ?? FALSE)
    );
    if (isDelegation || (event.outside ?? []).length > 0) {
        unsaid.add(isDelegation ? 'delegations' : 'events from outside');
        return undefined;
    }
    if (event.status === 'denied' || event.status === 'held' || event.status === 'failed') {
        unsaid.add(`what was ${event.status}`);
    }
    return policy.tools.flatMap((tool, index) => {
        const isMeant = mayBe(event.tools[index] ?? FALSE);
        return isMeant || mayDo(tool, event) ? requestsOf(pattern, index, isMeant && !mayDo(tool, event), asking) : [];
    });
}

/** The statuses that only a submitted call can have. */
const SEEN: ReadonlySet<Status> = new Set(['succeeded', 'attempted', 'denied', 'held', 'released', 'failed']);

const BEYOND_CALLS: { readonly [status in Status]?: string } = { approved: 'approvals', refused: 'approvals' };

/** True if the tool itself may make such a call, with unknown arguments and without being denied or held (M20). */
function mayDo({ mayDo: others = [] }: Tool, { tools, status }: EventPattern): boolean {
    return (
        status !== 'denied' &&
        status !== 'held' &&
        others.some((value, index) => mayBe(and(value, tools[index] ?? FALSE)))
    );
}

/** @param isAsked true if the event itself may match the pattern, not only its inner calls */
function requestsOf(pattern: Pattern, tool: number, isAsked: boolean, asking: ConditionContext): Request[] {
    if (isAsked && pattern.isSameCall && tool !== asking.tool) {
        return [];
    }
    const about: About = { tool, kind: 'request', asking };
    const { asked, isAnyones } = isAsked ? possibleArguments(pattern, about) : { asked: ANY_EVENT, isAnyones: true };
    return asked === undefined
        ? []
        : agentsIn(pattern, 'may', isAnyones, asking).map((caller) => ({
              text: (fields) => eventText(about, { ...asked, fields: [...caller, ...asked.fields, ...fields] }),
              isOwn: tool === asking.tool
          }));
}

/** `isAnyones` is true if a key cannot be compared; if it cannot be read either, the event belongs to every history. */
function possibleArguments(pattern: Pattern, about: About): { asked: EventTests | undefined; isAnyones: boolean } {
    const { status } = pattern.event;
    if (status !== 'attempted' && status !== 'denied') {
        const isAnyones = pattern.keys.some((key) => keyedBy(key, 'may', about) === undefined);
        return { asked: argumentsIn(pattern, 'may', about), isAnyones };
    }
    if (asksArguments(pattern)) {
        // A call that does not fit its tool is also attempted and denied, regardless of its arguments.
        about.asking.unsaid.add(`arguments of what was ${status}`);
    }
    return { asked: ANY_EVENT, isAnyones: pattern.keys.length > 0 };
}

function asksArguments({ event: { where }, keys, isSameCall, asked }: Pattern): boolean {
    return keys.length > 0 || isSameCall || asked !== undefined || where.op !== 'constant';
}

function eventText(about: About, { fields, tests }: EventTests): string {
    const itself = predicate(about, fields);
    return tests.length === 0 ? itself : `(${all([itself, ...tests])})`;
}

/** Each of these events is a call with a response, if the response means success. */
function certain(pattern: Pattern, asking: ConditionContext): OccurrenceText[] {
    const { event } = pattern;
    const { policy, unsaid } = asking;
    if (event.status !== 'succeeded' && event.status !== 'released') {
        unsaid.add(
            SEEN.has(event.status) ? `what was ${event.status}` : (BEYOND_CALLS[event.status] ?? 'calls that run')
        );
        return [];
    }
    return policy.tools.flatMap((tool, index) => {
        if (!mustBe(event.tools[index] ?? FALSE) || tool.delegatesTo !== undefined) {
            return [];
        }
        if (event.status === 'succeeded' && tool.succeeds) {
            unsaid.add('what success is');
            return [];
        }
        return answersOf(pattern, index, asking);
    });
}

function answersOf(pattern: Pattern, tool: number, asking: ConditionContext): OccurrenceText[] {
    if (pattern.isSameCall && tool !== asking.tool) {
        return [];
    }
    const about = (kind: Kind): About => ({ tool, kind, asking });
    const asked = (kind: Kind): EventTests | undefined => argumentsIn(pattern, 'must', about(kind));
    return asked('request') === undefined
        ? []
        : agentsIn(pattern, 'must', false, asking).map((caller): OccurrenceText => (seconds, there, fields = []) => {
              const text = (kind: Kind, more: readonly string[]): string => {
                  const { fields: own, tests } = asked(kind)!;
                  return eventText(about(kind), { fields: [...caller, ...own, ...more], tests });
              };
              return seconds === undefined && there.length === 0 && fields.length === 0
                  ? formerly(undefined, [text('response', [])])
                  : exists(ID, 'String', [
                        formerly(seconds, [text('request', [`requestId: ${ID}`, ...fields]), ...there]),
                        formerly(seconds, [predicate(about('response'), [`requestId: ${ID}`])])
                    ]);
          });
}

const ID = 'id';

/** The part of the pattern that concerns arguments; undefined if no event matches. */
function argumentsIn({ event, keys, isSameCall, asked }: Pattern, side: Side, about: About): EventTests | undefined {
    const same = [...keys, ...(isSameCall ? ownArguments(about) : [])].map((key) => keyedBy(key, side, about));
    if (same.includes(undefined)) {
        about.asking.unsaid.add('every argument');
        if (side === 'must') {
            return undefined;
        }
    }
    const conditions = [event.where, ...(asked ? [asked] : [])].map((condition) => whereIs(condition, side, about));
    return conditions.includes(undefined)
        ? undefined
        : conjunction([...same.filter((key) => key !== undefined), ...(conditions as EventTests[])]);
}

/** Requires that all arguments are the same (M7). */
function ownArguments({ tool, asking: { policy } }: About): RecorderKey[] {
    return policy.tools[tool]!.params.map(({ name }) => ({
        event: { term: 'param', name },
        call: { term: 'param', name }
    }));
}

/** Undefined if this cannot be expressed. */
function keyedBy({ event, call }: RecorderKey, side: Side, about: About): EventTests | undefined {
    if (event.term === 'session' && call.term === 'session' && event.constant === call.constant) {
        return ANY_EVENT;
    }
    const equal = keyIs(event, call, side, about);
    return equal === undefined ? undefined : { fields: [equal], tests: [] };
}

/** The agents, each as the fields that express it. */
function agentsIn(
    { event, isSameCall }: Pattern,
    side: Side,
    isAnyones: boolean,
    { policy }: ConditionContext
): string[][] {
    const { agents } = event;
    if (Array.isArray(agents)) {
        return agents.map((agent: number) => [`callerPrincipal: Agent::${quoted(policy.agents[agent]!.name)}`]);
    }
    // If work is delegated, a principal may consist of several agents (M16).
    const isOwn =
        isSameCall || agents === 'same agent' || (agents === 'caller' && (side === 'must' || !policy.delegations));
    return isOwn && !isAnyones ? [['callerPrincipal: principal']] : [[]];
}
