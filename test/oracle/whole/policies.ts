/** Generates random policies that mix every form of the language. */
import fc from 'fast-check';
import type {
    CallPattern,
    Condition,
    EventPattern,
    Lasting,
    Machine,
    Monitor,
    Policy,
    Rule,
    Transition,
    Tool
} from '../../../server/model/policy/policy.js';
import type { Truth } from '../../../server/model/policy/truth.js';
import { condition, TRUE, type Scope } from './conditions.js';
import { FORMS, type Forms } from './forms.js';
import {
    callPattern,
    eventPattern,
    FAMILIES,
    monitor,
    NOTHING_BEFORE,
    paramsOf,
    recorder,
    resultsOf,
    type Before,
    type RecorderSlot
} from './patterns.js';
import { inventory, SERVED, SOURCE, toolDraw, TOOLS } from './vocabulary.js';

/** The recorders of every policy: later ones may read earlier ones in their `where`. */
const SLOTS: readonly RecorderSlot[] = [
    { kinds: ['once', 'since', 'no since', 'once then', 'once then'], family: [0] },
    { kinds: ['total', 'total distinct'], family: [0, 1] },
    { kinds: ['latest'], family: [1] },
    { kinds: ['count', 'distinct'], family: [0, 1] },
    { kinds: ['once', 'since', 'no since', 'once then', 'once then'], family: [0, 1] }
];
const MONITORS = 2;

/** The times that a human may choose from. */
const CHOICES: readonly (readonly Lasting[] | undefined)[] = [
    undefined,
    [0, 'session'],
    [0, 5, 'session'],
    [1, 5],
    ['session']
];

const before = (index: number): Before => ({
    truths: [0, 2, 4].filter((one) => one < index),
    amounts: [1, 3].filter((one) => one < index),
    latest: index > 2 ? [{ recorder: 2, params: paramsOf([1]), results: resultsOf([1]) }] : []
});

function callScope(
    family: readonly number[],
    forms: Forms,
    monitors: readonly number[],
    counts: readonly number[]
): Scope {
    return {
        forms,
        params: paramsOf(family),
        results: [],
        ...before(SLOTS.length),
        monitors,
        counts,
        machines: forms.modes ? 2 : 0,
        inWhere: false
    };
}

interface Asked {
    readonly monitors: readonly number[];
    readonly counts: readonly number[];
}

const seconds = fc.constantFrom(1, 2, 5, 900);

function rule(family: readonly number[], forms: Forms, asked: Asked): fc.Arbitrary<Rule> {
    const scope = callScope(family, forms, asked.monitors, asked.counts);
    const subject = callPattern(family, true);
    const when = fc.oneof({ weight: 1, arbitrary: fc.constant(TRUE) }, { weight: 3, arbitrary: condition(scope) });
    const always = condition(scope);
    const mode = forms.modes
        ? fc.record({ machine: fc.nat({ max: 1 }), mode: fc.nat({ max: 2 }) })
        : fc.constant(undefined);
    const base = { text: 'rule', source: SOURCE };
    const keys = paramsOf(family).filter((name) => name === 'acct' || name === 'url');
    const valueScope: Scope = {
        ...scope,
        results: resultsOf(family),
        truths: [],
        amounts: [],
        latest: [],
        monitors: [],
        counts: [],
        onlyValues: true
    };
    const changed = eventPattern([0], forms, undefined, false).map((event): EventPattern => ({
        ...event,
        status: 'released',
        where: TRUE
    }));
    const all: { weight: number; arbitrary: fc.Arbitrary<Rule> }[] = [
        { weight: 2, arbitrary: fc.record({ ...constants(base), kind: fc.constant<'allow'>('allow'), subject, when }) },
        {
            weight: 5,
            arbitrary: fc.record({ ...constants(base), kind: fc.constant<'deny'>('deny'), subject, when: always })
        },
        {
            weight: 2,
            arbitrary: fc.record({
                ...constants(base),
                kind: fc.constant<'require'>('require'),
                subject,
                when,
                requires: always
            })
        },
        {
            weight: 4,
            arbitrary: fc
                .record({
                    subject,
                    when,
                    humans: fc.constantFrom([0], [1], [0, 1]),
                    two: fc.boolean(),
                    valid: seconds,
                    timeout: seconds,
                    per: forms.approvals
                        ? fc.constantFrom(undefined, 'same tool', ...keys.slice(0, 1))
                        : fc.constant(undefined),
                    choices: fc.constantFrom(...CHOICES),
                    changed: forms.approvals ? fc.option(changed, { nil: undefined, freq: 2 }) : fc.constant(undefined)
                })
                .map(({ two, per, choices, changed: event, ...draw }): Rule => {
                    const term = { term: 'param' as const, name: 'acct' };
                    return {
                        ...base,
                        ...draw,
                        kind: 'approval',
                        quorum: two ? draw.humans.length : 1,
                        ...(per && {
                            per:
                                per === 'same tool'
                                    ? []
                                    : per === 'url'
                                      ? [{ term: 'host' as const, of: { term: 'param' as const, name: per } }]
                                      : [{ term: 'param' as const, name: per }],
                            ...(choices && { choices })
                        }),
                        ...(event?.outside === undefined &&
                            event && {
                                changedBy: {
                                    event,
                                    keys: paramsOf(family).includes('acct') ? [{ event: term, call: term }] : []
                                }
                            })
                    };
                })
        },
        {
            weight: forms.withhold ? 1 : 0,
            arbitrary: fc.record({
                ...constants(base),
                kind: fc.constant<'withhold'>('withhold'),
                subject,
                when: condition(valueScope, 1)
            })
        },
        {
            weight: forms.modes ? 2 : 0,
            arbitrary: fc.record({ subject, when, mode }).map((draw): Rule => {
                const { mode: inside, ...rest } = draw;
                return { ...base, ...rest, kind: 'allow', ...(inside && { mode: inside }) };
            })
        }
    ];
    return fc.oneof(...all.filter(({ weight }) => weight > 0));
}

function constants<T extends object>(of: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
    return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, fc.constant(value)])) as {
        [K in keyof T]: fc.Arbitrary<T[K]>;
    };
}

const declared = (name: string): { name: string; source: typeof SOURCE } => ({ name, source: SOURCE });

/** A machine in which each transition has its own tool, because two on one event are an error. */
function machine(name: string, forms: Forms): fc.Arbitrary<Machine> {
    const transition = (tool: number): fc.Arbitrary<Transition | undefined> =>
        fc.option(
            fc
                .record({
                    from: fc.constantFrom(undefined, 0, 1, 2),
                    to: fc.nat({ max: 2 }),
                    status: fc.constantFrom('succeeded' as const, 'succeeded' as const, 'approved' as const),
                    when: fc.oneof(
                        { weight: 3, arbitrary: fc.constant<Condition>(TRUE) },
                        { weight: 1, arbitrary: condition(callScope([tool], { ...forms, modes: false }, [], []), 1) }
                    ),
                    outside: fc.nat({ max: 5 })
                })
                .map(({ from, to, status, when, outside }): Transition => {
                    const isOutside = outside === 5 && forms.outside;
                    return {
                        ...(from === undefined ? {} : { from }),
                        event: {
                            tools: TOOLS.map((_, i): Truth => (i === tool && !isOutside ? 2 : 0)),
                            ...(isOutside && { outside: [tool === 0 ? 0 : 2] }),
                            ...(status === 'approved' && !isOutside && { humans: [0] }),
                            status: isOutside ? 'succeeded' : status,
                            where: TRUE,
                            text: 'event'
                        },
                        when: isOutside ? TRUE : when,
                        to,
                        text: 'transition',
                        source: SOURCE
                    };
                }),
            { nil: undefined, freq: 4 }
        );
    return fc
        .record({
            perAgent: fc.boolean(),
            lasts: fc.constantFrom(undefined, 0, 1, 5),
            returnTo: fc.constantFrom(0, 2),
            transitions: fc.tuple(transition(0), transition(1))
        })
        .map(({ perAgent, lasts, returnTo, transitions }) => ({
            ...declared(name),
            perAgent,
            initial: 0,
            modes: ['a', 'b', 'c'].map((mode, i) => ({
                ...declared(mode),
                ...(i === 1 && lasts !== undefined && { lasts: { seconds: lasts, returnTo } })
            })),
            transitions: transitions.filter((one) => one !== undefined)
        }));
}

const open = (family: readonly number[]): Rule => {
    const subject: CallPattern = { tools: TOOLS.map((_, i): Truth => (family.includes(i) ? 2 : 0)), text: 'any tool' };
    return { kind: 'allow', subject, when: TRUE, text: 'allow any agent: any tool', source: SOURCE };
};

/** Only recorders count what may be two events at once. */
function counted<T extends Pick<Policy, 'tools'>>(declarations: T, monitors: readonly Monitor[]): T {
    const isTwice = (tool: Tool, index: number): boolean =>
        monitors.some(
            ({ kind, event }) =>
                kind === 'count' &&
                event.tools[index] !== 0 &&
                tool.mayDo?.some((done, other) => done !== 0 && event.tools[other] !== 0)
        );
    const tools = declarations.tools.map((tool, index): Tool => {
        const { mayDo: _, ...plain } = tool;
        return isTwice(tool, index) ? plain : tool;
    });
    return { ...declarations, tools };
}

export function policies(forms: Forms = FORMS): fc.Arbitrary<Policy> {
    return fc
        .tuple(fc.array(monitor(forms), { minLength: MONITORS, maxLength: MONITORS }))
        .chain(([monitors]) => {
            const indices = [...monitors.keys()];
            const asked: Asked = {
                monitors: indices.filter((i) => monitors[i]?.kind !== 'count'),
                counts: indices.filter((i) => monitors[i]?.kind === 'count')
            };
            return fc.record({
                monitors: fc.constant(monitors),
                recorders: fc.tuple(
                    ...SLOTS.map((slot, i) => recorder(slot, forms, i === 0 ? NOTHING_BEFORE : before(i)))
                ),
                tools: fc.array(toolDraw, { minLength: SERVED.length, maxLength: SERVED.length }),
                ownRights: fc.boolean(),
                chained: fc.boolean(),
                machines: fc.tuple(machine('m0', forms), machine('m1', forms)),
                rules: fc.array(fc.oneof(...FAMILIES.map((family) => rule(family, forms, asked))), {
                    minLength: 1,
                    maxLength: 5
                }),
                opens: fc.constantFrom(
                    TOOLS.map((_, i) => i),
                    TOOLS.map((_, i) => i),
                    [0, 4, 5],
                    []
                )
            });
        })
        .map((draw): Policy => ({
            ...counted(inventory(draw, forms), draw.monitors),
            monitors: draw.monitors,
            ...(forms.recorders && { recorders: draw.recorders }),
            ...(forms.modes && { machines: draw.machines }),
            rules: [...draw.rules, ...(draw.opens.length > 0 ? [open(draw.opens)] : [])],
            claims: [],
            scenarios: []
        }));
}
