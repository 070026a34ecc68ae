/** Random patterns, monitors and recorders over the vocabulary. */
import fc from 'fast-check';
import type {
    CallPattern,
    Condition,
    EventPattern,
    Monitor,
    Recorder,
    RecorderKey,
    Status,
    Term
} from '../../../server/model/policy/policy.js';
import type { Truth } from '../../../server/model/policy/truth.js';
import { condition, TRUE, type LatestOf, type Scope } from './conditions.js';
import type { Forms } from './forms.js';
import { TIMEZONE, TOOLS } from './vocabulary.js';

/** Tools that occur together in a pattern. */
export const FAMILIES: readonly (readonly number[])[] = [
    [0],
    [1],
    [0, 1],
    [0, 1, 2],
    [2],
    [3],
    [4, 5],
    [0, 1, 2, 3, 4, 5]
];

/** Parameters that all of these tools have. */
export function paramsOf(family: readonly number[]): string[] {
    return (TOOLS[family[0] as number]?.params ?? [])
        .map((param) => param.name)
        .filter((name) => family.every((tool) => TOOLS[tool]?.params.some((param) => param.name === name)));
}

export function resultsOf(family: readonly number[]): string[] {
    return (TOOLS[family[0] as number]?.returns ?? [])
        .map((field) => field.name)
        .filter((name) => family.every((tool) => TOOLS[tool]?.returns.some((field) => field.name === name)));
}

const agents = fc.constantFrom(undefined, undefined, undefined, [0], [1, 2]);

/** The calls that a pattern selects; a tool may be selected as unknown. */
export function callPattern(family: readonly number[], hints: boolean): fc.Arbitrary<CallPattern> {
    return fc
        .record({ agents, hint: hints ? fc.constantFrom(false, false, false, true) : fc.constant(false) })
        .map(({ agents: by, hint }) => ({
            tools: TOOLS.map((_, tool): Truth => (!family.includes(tool) ? 0 : hint && tool === family[0] ? 1 : 2)),
            ...(by && { agents: by }),
            text: 'pattern'
        }));
}

/** The scope of a `where`: that of an event of these tools, with only some of the earlier history readable. */
function whereScope(family: readonly number[], forms: Forms, before: Before, inWhere: boolean): Scope {
    return {
        forms,
        params: paramsOf(family),
        results: resultsOf(family),
        truths: forms.nestedHistory ? before.truths : [],
        amounts: forms.nestedHistory ? before.amounts : [],
        latest: forms.nestedHistory ? before.latest : [],
        monitors: [],
        counts: [],
        machines: 0,
        inWhere
    };
}

/** The recorders before another one, whose `where` may read them. */
export interface Before {
    readonly truths: readonly number[];
    readonly amounts: readonly number[];
    readonly latest: readonly LatestOf[];
}

export const NOTHING_BEFORE: Before = { truths: [], amounts: [], latest: [] };

/** @param asking the values that the `where` may read; if undefined, it may only test the tool of the call */
export function eventPattern(
    family: readonly number[],
    forms: Forms,
    asking: Before | undefined,
    caller: boolean
): fc.Arbitrary<EventPattern> {
    const where =
        asking === undefined
            ? fc.constant(TRUE)
            : fc.oneof(
                  { weight: 2, arbitrary: fc.constant(TRUE) },
                  { weight: 1, arbitrary: condition(whereScope(family, forms, asking, false), 1) }
              );
    const calls = fc
        .record({
            pattern: callPattern(family, true),
            status: fc.constantFrom<Status[]>(
                'succeeded',
                'succeeded',
                'succeeded',
                'released',
                'failed',
                'attempted',
                'denied',
                'held',
                ...(forms.answers ? (['approved', 'refused'] as const) : []),
                ...(forms.running ? (['running'] as const) : [])
            ),
            where,
            humans: fc.constantFrom(undefined, [0]),
            by: caller
                ? fc.constantFrom(undefined, undefined, 'caller' as const, 'same agent' as const)
                : fc.constant(undefined)
        })
        .map(({ pattern, status, where: asked, humans, by }): EventPattern => {
            // An answer is by a human, so that no pattern of one can name the agent.
            const { agents: own, ...ofAnyone } = pattern;
            const isAnswer = status === 'approved' || status === 'refused';
            const who = by ?? own;
            return {
                ...ofAnyone,
                ...(who && !isAnswer && { agents: who }),
                status,
                where: asked,
                ...(humans && isAnswer && { humans })
            };
        });
    const none = TOOLS.map((): Truth => 0);
    const outside = fc
        .constantFrom(0, 0, 1, 2, ...(forms.delegation ? [3] : []), ...(forms.modes ? [5] : []))
        .chain((event) =>
            (event <= 2 && asking !== undefined
                ? fc.constantFrom(TRUE, TRUE, TRUE, TRUE, ...READINGS_OF_EVENTS)
                : fc.constant(TRUE)
            ).map((asked): EventPattern => ({
                tools: none,
                outside: [event],
                status: 'succeeded',
                where: forms.signals ? asked : TRUE,
                text: 'event'
            }))
        );
    return fc.oneof({ weight: 6, arbitrary: calls }, { weight: forms.outside ? 1 : 0, arbitrary: outside });
}

/** The values of signals at an event that is not a call, including those for its contents. */
const READINGS_OF_EVENTS: readonly Condition[] = [
    { signal: 0, args: [] },
    { signal: 1, args: [{ term: 'param', name: 'acct' } as const] }
].map((of) => ({
    op: 'compare',
    cmp: '>=',
    left: { term: 'signal', ...of },
    right: { term: 'constant', value: 1 }
}));

const family = fc.constantFrom(...FAMILIES.slice(0, 4));
const window = fc.constantFrom(undefined, undefined, undefined, 0, 1, 5);

/** Monitors without keys, as the product uses them for history that needs only one value. */
export function monitor(all: Forms): fc.Arbitrary<Monitor> {
    // A running call is not an event that a monitor could store.
    const forms: Forms = { ...all, running: false };
    return family.chain((tools) =>
        fc
            .record({
                kind: fc.constantFrom<Monitor['kind'][]>(
                    'last is',
                    'once',
                    'since',
                    'no since',
                    'once then',
                    'count',
                    'since or start'
                ),
                event: eventPattern(tools, forms, undefined, true),
                from: eventPattern(tools.slice(0, 1), forms, undefined, true),
                plain: fc.boolean(),
                window,
                across: fc.constantFrom(false, false, false, forms.across),
                any: fc.boolean()
            })
            .map(({ kind, event, from, plain, window: seconds, across, any }): Monitor => {
                const isLast = kind === 'last is';
                // The monitor determines the agent whose latest call it stores.
                const isOf = (pattern: EventPattern): EventPattern => {
                    const { agents: by, outside, ...rest } = pattern;
                    const fits = outside === undefined && ['succeeded', 'released', 'failed'].includes(pattern.status);
                    const last: EventPattern = { ...rest, ...(Array.isArray(by) && { agents: by as number[] }) };
                    return !isLast
                        ? pattern
                        : fits
                          ? last
                          : {
                                tools: TOOLS.map((_, i): Truth => (i === 0 ? 2 : 0)),
                                status: 'succeeded',
                                where: TRUE,
                                text: 'bank.pay'
                            };
                };
                const hasFrom = kind === 'once then' || (!plain && !isLast && kind !== 'once');
                const asked = isOf(event);
                const byCaller = typeof asked.agents === 'string' || (hasFrom && typeof from.agents === 'string');
                const timed = seconds !== undefined && kind !== 'count' && kind !== 'since or start';
                return {
                    kind,
                    event: asked,
                    ...(hasFrom && { from }),
                    ...(timed && { window: seconds }),
                    ...(kind === 'count' && { cap: 4 }),
                    ...(across && !isLast && { across: true }),
                    perAgent: isLast ? !any : byCaller,
                    text: kind
                };
            })
    );
}

/** The drawn parts of each recorder: its kind and its tools are fixed by its place. */
export interface RecorderSlot {
    readonly kinds: readonly Recorder['kind'][];
    readonly family: readonly number[];
}

const param = (name: string): Term => ({ term: 'param', name });
const field = (name: string): Term => ({ term: 'field', of: { term: 'result' }, field: name });

const PERIODS = (['day', 'week', 'month'] as const).map((unit): Term => ({ term: 'period', unit, timezone: TIMEZONE }));

export function recorder(slot: RecorderSlot, forms: Forms, before: Before): fc.Arbitrary<Recorder> {
    const { family: tools, kinds } = slot;
    const has = (name: string): boolean => paramsOf(tools).includes(name);
    const keys: RecorderKey[] = [
        ...(has('acct') ? [{ event: param('acct'), call: param('acct') }] : []),
        ...(has('acct') && forms.session
            ? [{ event: param('acct'), call: { term: 'session', constant: 'user' } as Term }]
            : []),
        ...(has('acct') && forms.session
            ? [
                  {
                      event: { term: 'session', constant: 'user' } as Term,
                      call: { term: 'session', constant: 'user' } as Term
                  }
              ]
            : []),
        ...(resultsOf(tools).includes('owner') && forms.results
            ? [{ event: field('owner'), call: param('acct') }]
            : []),
        ...(forms.clock ? PERIODS.map((period) => ({ event: period, call: period })) : [])
    ];
    const key = fc.constantFrom(undefined, undefined, ...keys);
    const asked = fc.oneof(
        { weight: 3, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: condition(whereScope(tools, forms, before, true), 1) }
    );
    return fc
        .record({
            kind: fc.constantFrom(...kinds),
            event: eventPattern(tools, forms, before, true),
            from: eventPattern(tools.slice(0, 1), forms, NOTHING_BEFORE, true),
            plain: fc.boolean(),
            key,
            fromKey: fc.boolean(),
            same: fc.nat({ max: 7 }).map((n) => forms.sameCall && n === 7),
            asked: kinds.includes('latest') ? condition(whereScope(tools, forms, before, true), 1) : asked,
            window,
            across: fc.nat({ max: 5 }).map((n) => forms.across && n === 5)
        })
        .map((draw): Recorder => {
            const { kind } = draw;
            const isAmount = ['count', 'distinct', 'total', 'total distinct'].includes(kind);
            const isCall = draw.event.outside === undefined;
            const mayHaveFrom = [
                'since',
                'no since',
                'count',
                'distinct',
                'total',
                'total distinct',
                'once then'
            ].includes(kind);
            const hasFrom = kind === 'once then' || (mayHaveFrom && !draw.plain);
            const fromKey = draw.key && draw.fromKey && hasFrom && draw.from.outside === undefined;
            // A signal's value in `asked` would be the event's; no condition reads values of outside events.
            const text = asked !== undefined && isCall ? draw.asked : undefined;
            return {
                kind,
                event: draw.event,
                ...(hasFrom && { from: draw.from }),
                ...(draw.key && isCall && !draw.same && { keys: [draw.key] }),
                ...(fromKey &&
                    isCall &&
                    !draw.same &&
                    (draw.key?.event.term === 'param' || draw.key?.event.term === 'period') && {
                        fromKeys: [draw.key]
                    }),
                ...(draw.same && { sameCall: true }),
                ...(text && { asked: text }),
                ...((kind === 'total' || kind === 'total distinct') && { value: param('amount') }),
                ...(kind === 'distinct' && { value: param('acct') }),
                ...(draw.window !== undefined && kind !== 'latest' && { window: draw.window }),
                ...(draw.across && { across: true }),
                text: isAmount ? kind : `${kind} E`
            };
        });
}
