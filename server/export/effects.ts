/**
 * Writes the effect of an event on the variables: the recurrences of `server/model/events/once-and-since.ts`, as
 * expressions.
 */
import { cellKinds } from '../model/conditions/within.js';
import type { Effect } from '../model/events/effects.js';
import type { Monitor } from '../model/policy/policy.js';
import type { Truth } from '../model/policy/truth.js';
import { FALSE, mayBe, mustBe, not as inverse, TRUE, UNKNOWN } from '../model/policy/truth.js';
import type { Slice } from '../checker/reductions/slice.js';
import type { Conditions } from './conditions.js';
import type { Bool, Int } from './expressions.js';
import {
    all,
    any,
    bit,
    bool,
    choose,
    compare,
    greatest,
    isOne,
    least,
    NO,
    not,
    number,
    sameInt,
    successor,
    variable
} from './expressions.js';
import { Unexportable } from './unexportable.js';
import type { Variables } from './variables.js';

/** A variable with its new value, computed from the state before. */
export interface Assignment {
    readonly variable: number;
    readonly value: Int;
}

type EventValue = NonNullable<Effect['values'][number]>[number];

/** The values for no age, and for the age of an event that happens now. */
const NO_AGE = number(0);
const AGE_NOW = number(1);

export class Effects {
    constructor(
        private readonly slice: Slice,
        private readonly variables: Variables,
        private readonly conditions: Conditions
    ) {}

    assignments(effect: Effect): Assignment[] {
        if (effect.gives || effect.store) {
            throw new Unexportable(effect.gives ? 'provenance' : 'servers that store labels');
        }
        return [
            ...this.monitors(effect),
            ...this.labels(effect),
            ...this.machines(effect),
            ...(effect.handover
                ? [
                      {
                          variable: this.variables.delegated(effect.handover.delegation),
                          value: number(effect.handover.opens ? 1 : 0)
                      }
                  ]
                : [])
        ].filter(({ variable: index, value }) => !sameInt(variable(index), value));
    }

    private monitors(effect: Effect): Assignment[] {
        return this.slice.ground.monitors.flatMap((monitor, index) => {
            const values = effect.values[index];
            if (!values) {
                return [];
            }
            if (monitor.kind === 'last is') {
                return effect.released ? this.step(monitor, index, effect.agent ?? 0, values[0]!) : [];
            }
            return values.flatMap((value, agent) => this.step(monitor, index, agent, value));
        });
    }

    private step(monitor: Monitor, index: number, agent: number, value: EventValue): Assignment[] {
        const cells = cellKinds(monitor).map((_, offset) => this.variables.cell(index, agent, offset));
        const before = cells.map(variable);
        const after =
            monitor.window === undefined ? stepUntimed(monitor, before, value) : stepTimed(monitor, before, value);
        return cells.map((cell, offset) => ({ variable: cell, value: after[offset]! }));
    }

    /** The labels that a delegation passes on are assigned first, then those that the caller loses and gets. */
    private labels({ agent, adds, clears, handover }: Effect): Assignment[] {
        const { ground } = this.slice;
        return (['carries', 'received'] as const).flatMap((kind) =>
            ground.agents.flatMap((_, of) =>
                ground.labels.flatMap((__, label): Assignment[] => {
                    const index = this.variables.label(kind, of, label);
                    if (index === undefined) {
                        return [];
                    }
                    const mask = 1 << label;
                    const own =
                        of !== agent
                            ? variable(index)
                            : (adds & mask) !== 0
                              ? number(1)
                              : kind === 'carries' && (clears & mask) !== 0
                                ? number(0)
                                : variable(index);
                    const passed =
                        of === handover?.to ? variable(this.variables.label(kind, handover.from, label)!) : number(0);
                    return [{ variable: index, value: passed.int === 'constant' ? own : greatest(own, passed) }];
                })
            )
        );
    }

    /** If a transition may have been taken, the machine may be in either mode. */
    private machines({ moves = [] }: Effect): Assignment[] {
        const { ground } = this.slice;
        return (ground.machines ?? []).flatMap((machine, index) => {
            const taken = moves.filter((move) => move.machine === index);
            const groups = machine.perAgent ? ground.agents.map((_, agent) => agent) : [0];
            if (taken.length === 0) {
                return [];
            }
            return groups.flatMap((group) => {
                const own = machine.perAgent ? taken.filter(({ agent = group }) => agent === group) : taken;
                if (own.length === 0) {
                    return [];
                }
                const asked = own.map((move) => ({ ...move, ...this.sureness(move, group) }));
                const leaving = (mode: number): typeof asked =>
                    asked.filter(({ from }) => from === undefined || from === mode);
                return machine.modes.map((_, mode): Assignment => {
                    const ways = machine.modes.map((__, before): Bool => {
                        const there = isOne(variable(this.variables.mode(index, group, before)));
                        const moved = any(leaving(before).map(({ to, may }) => (to === mode ? may : NO)));
                        const stays = before === mode ? not(any(leaving(before).map(({ must }) => must))) : NO;
                        return all([there, any([moved, stays])]);
                    });
                    return { variable: this.variables.mode(index, group, mode), value: bit(any(ways)) };
                });
            });
        });
    }

    private sureness(
        { value, when }: NonNullable<Effect['moves']>[number],
        group: number
    ): {
        readonly may: Bool;
        readonly must: Bool;
    } {
        if (!when) {
            return { may: bool(mayBe(value)), must: bool(mustBe(value)) };
        }
        const { condition, event } = when;
        const agent = event.outside === undefined ? event.call.agent : (event.agent ?? group);
        const approvers = event.outside === undefined ? (event.approvers ?? []) : [];
        const asker = { agent, carrier: agent, approvers };
        return {
            may: all([bool(mayBe(value)), this.conditions.may(condition, asker)]),
            must: all([bool(mustBe(value)), this.conditions.must(condition, asker)])
        };
    }
}

function stepUntimed(monitor: Monitor, cells: readonly Int[], { e, f }: EventValue): Int[] {
    const [value, happened] = cells as [Int, Int];
    switch (monitor.kind) {
        case 'count':
            return countOn(cells, e, f, monitor.cap ?? 0);
        case 'once':
            return [greatest(value, number(e))];
        case 'last is':
            return [number(e)];
        case 'no since':
            return [greatest(number(f), least(value, number(inverse(e))))];
        case 'since or start':
            return [least(greatest(value, number(e)), number(inverse(f)))];
        case 'since':
            return [
                least(number(inverse(f)), greatest(value, least(number(e), happened))),
                greatest(happened, number(f))
            ];
        case 'once then':
            return [greatest(value, least(number(e), happened)), greatest(happened, number(f))];
    }
}

function countOn([lowest, highest]: readonly Int[], e: Truth, f: Truth, cap: number): Int[] {
    if (f === TRUE) {
        return [number(0), number(0)];
    }
    const oneMore = (of: Int): Int => choose(compare('<', of, number(cap)), successor(of), number(cap));
    const counted = e === TRUE ? oneMore(lowest!) : lowest!;
    return [f === UNKNOWN ? number(0) : counted, e === FALSE ? highest! : oneMore(highest!)];
}

function stepTimed({ kind }: Monitor, cells: readonly Int[], { e, f }: EventValue): Int[] {
    switch (kind) {
        case 'once':
        case 'last is':
            return kind === 'last is' ? marked([NO_AGE, NO_AGE], e) : marked(cells, e);
        case 'no since':
            return marked(e === TRUE ? [NO_AGE, NO_AGE] : e === UNKNOWN ? doubted(cells) : cells, f);
        case 'since': {
            const begun = cells.slice(0, 2);
            const value = cells.slice(2);
            const happened = e === TRUE ? begun : e === UNKNOWN ? possibly(value, begun) : value;
            const kept = f === TRUE ? [NO_AGE, NO_AGE] : f === UNKNOWN ? doubted(happened) : happened;
            return [...marked(begun, f), ...kept];
        }
        case 'once then': {
            const happened = cells[0]!;
            const times = cells.slice(1);
            // A certain E comes after an A if the A is certain.
            const [certain, possible] = times as [Int, Int];
            const value = least(number(e), happened);
            const isTrue = compare('==', value, number(TRUE));
            const isUnknown = compare('==', value, number(UNKNOWN));
            return [
                greatest(happened, number(f)),
                choose(isTrue, AGE_NOW, certain),
                choose(isTrue, NO_AGE, choose(isUnknown, AGE_NOW, possible))
            ];
        }
        default:
            throw new Unexportable(`"${kind}" within a window`);
    }
}

function marked([certain, possible]: readonly Int[], value: Truth): Int[] {
    return value === TRUE ? [AGE_NOW, NO_AGE] : value === UNKNOWN ? [certain!, AGE_NOW] : [certain!, possible!];
}

function doubted([certain, possible]: readonly Int[]): Int[] {
    return [NO_AGE, choose(compare('==', possible!, NO_AGE), certain!, possible!)];
}

function possibly([certain, possible]: readonly Int[], [begun, perhaps]: readonly Int[]): Int[] {
    const isSure = compare('==', perhaps!, NO_AGE);
    const latest = choose(isSure, begun!, perhaps!);
    const hasOne = not(compare('==', certain!, NO_AGE));
    return [certain!, choose(hasOne, choose(isSure, possible!, perhaps!), latest)];
}
