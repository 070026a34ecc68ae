/** How a session with an aim makes conditions true, or false: by events, values, labels, modes and time. */
import { evaluate, readTerm } from '../../model/conditions/evaluate.js';
import type { Arguments, Condition, EventPattern, Monitor, Term, Value } from '../../model/policy/policy.js';
import { FALSE, TRUE } from '../../model/policy/truth.js';
import type { Call } from '../../model/session/session.js';
import { misfit } from '../../model/values/values.js';
import { visitParts } from '../conditions/walk.js';
import { ALWAYS, AimedCalls, callersOf } from './aimed-calls.js';
import { fieldsFor, resultWith } from './fitting.js';
import { vocabularyOf } from './vocabulary.js';

/** A count is met by doing the same again, at most so often. */
const MOST_REPEATED = 120;

export class Aim extends AimedCalls {
    /** Makes the condition true, or false, at the call. */
    achieve(condition: Condition, isWanted: boolean, call: Call, depth: number): boolean {
        const { policy } = this;
        const isMet = (): boolean => evaluate(policy, condition, this.at(call)) === (isWanted ? TRUE : FALSE);
        if (isMet()) {
            return true;
        }
        switch (condition.op) {
            case 'not':
                return this.achieve(condition.arg, !isWanted, call, depth);
            case 'and':
            case 'or':
                return (condition.op === 'and') === isWanted
                    ? condition.args.every((arg) => this.achieve(arg, isWanted, call, depth))
                    : condition.args.some((arg) => this.tried(() => this.achieve(arg, isWanted, call, depth)));
            case 'monitor':
                return this.settle(
                    policy.monitors[condition.monitor]!,
                    this.keysOf(condition.monitor, call),
                    isWanted,
                    isMet,
                    call,
                    depth
                );
            case 'count': {
                const settles = (): boolean =>
                    this.settle(
                        policy.monitors[condition.monitor]!,
                        this.keysOf(condition.monitor, call),
                        isMore(condition.cmp, isWanted),
                        isMet,
                        call,
                        depth
                    );
                return [false, true].some((isVaried) => this.tried(() => this.variedIn(isVaried, settles)));
            }
            case 'recorded':
                return this.record(condition.recorder, ALWAYS, isWanted, isMet, call, depth);
            case 'compare':
                return this.compare(condition, isWanted, isMet, call, depth);
            case 'from':
                return isWanted && this.gives(condition, call, depth);
            case 'every':
            case 'some':
                return this.inList(condition, isWanted, call, depth);
            case 'carries':
            case 'received':
                return this.labels(condition.label, isWanted, call, depth) && isMet();
            case 'in mode': {
                const { transitions } = policy.machines![condition.machine]!;
                return (
                    isWanted &&
                    transitions.some(
                        ({ to, event }) =>
                            to === condition.mode &&
                            this.tried(() => this.happens(event, {}, call, depth + 1) && isMet())
                    )
                );
            }
            default:
                return false;
        }
    }

    /** The arguments that the keys of a monitor select, by name; undefined if one of them cannot be read. */
    private keysOf(index: number, call: Call): Arguments | undefined {
        const { event, from, keys = [] } = this.policy.monitors[index]!;
        const values = keys.map((term) => readTerm(term, this.at(call)));
        const names = event.keys ?? from?.keys ?? [];
        return values.includes(undefined)
            ? undefined
            : Object.fromEntries(names.map((name, at) => [name, values[at]!]));
    }

    private settle(
        { kind, event, from, window }: Pick<Monitor, 'kind' | 'event' | 'from' | 'window'>,
        keys: Arguments | undefined,
        isWanted: boolean,
        isMet: () => boolean,
        call: Call,
        depth: number
    ): boolean {
        const happens = (pattern: EventPattern | undefined): boolean =>
            keys !== undefined &&
            pattern !== undefined &&
            this.happens(pattern, pattern.keys ? keys : {}, call, depth + 1);
        const waits = (): boolean => window !== undefined && this.waits(window + 1);
        const repeats = (): boolean => {
            for (let times = 0; times < MOST_REPEATED && !isMet(); times++) {
                if (!happens(event)) {
                    return false;
                }
            }
            return isMet();
        };
        switch (kind) {
            case 'once':
            case 'last is':
                return isWanted ? happens(event) && isMet() : waits() && isMet();
            case 'count':
                return isWanted ? repeats() : (from ? happens(from) : waits()) && isMet();
            case 'since':
                return isWanted
                    ? (happens(event) && isMet()) || (happens(from) && happens(event) && isMet())
                    : (waits() && isMet()) || (happens(from) && isMet());
            case 'no since':
                return isWanted ? happens(from) && isMet() : happens(event) && isMet();
            case 'since or start':
                return isWanted ? happens(event) && isMet() : happens(from) && isMet();
            case 'once then':
                return isWanted && happens(from) && happens(event) && isMet();
        }
    }

    /** @param more a condition on the event, beside those of the recorder */
    private record(
        index: number,
        more: Condition,
        isWanted: boolean,
        isMet: () => boolean,
        call: Call,
        depth: number,
        isFailed = false
    ): boolean {
        const { kind, event, from, keys = [], sameCall, asked = ALWAYS, window } = this.policy.recorders![index]!;
        const equal = (left: Term, right: Term): Condition => ({ op: 'compare', cmp: '==', left, right });
        const same = Object.entries(sameCall ? call.args : {}).map(([name, value]) =>
            equal({ term: 'param', name }, { term: 'constant', value })
        );
        const alike = keys.map((key) => equal(key.event, { term: 'call', of: key.call }));
        const where: Condition = { op: 'and', args: [...same, ...alike, event.where, asked, more] };
        const asMonitor: Monitor['kind'] =
            kind === 'latest'
                ? 'once'
                : kind === 'distinct' || kind === 'total' || kind === 'total distinct'
                  ? 'count'
                  : kind;
        return this.settle(
            {
                kind: asMonitor,
                event: {
                    ...event,
                    where,
                    ...(isFailed && { status: 'failed' as const }),
                    ...(sameCall && { tools: event.tools.map((value, tool) => (tool === call.tool ? value : FALSE)) })
                },
                ...(from && { from }),
                ...(window !== undefined && { window })
            },
            {},
            isWanted,
            isMet,
            call,
            depth
        );
    }

    /** Counts, totals, the latest event, and signals; the arguments have been chosen before. */
    private compare(
        condition: Condition & { readonly op: 'compare' },
        isWanted: boolean,
        isMet: () => boolean,
        call: Call,
        depth: number
    ): boolean {
        const { left, right, cmp } = condition;
        const found: { term: Term; isLeft: boolean }[] = [];
        for (const [side, isLeft] of [
            [left, true],
            [right, false]
        ] as const) {
            visitParts(side, (part) => {
                if ('term' in part && (part.term === 'aggregate' || part.term === 'latest' || part.term === 'signal')) {
                    found.push({ term: part, isLeft });
                }
            });
        }
        return found.some(({ term, isLeft }) =>
            this.tried(() => {
                const other = isLeft ? right : left;
                switch (term.term) {
                    case 'signal': {
                        const { args } = fieldsFor(
                            { ...condition, [isLeft ? 'left' : 'right']: { term: 'param', name: 'it' } },
                            this.readFrom(call),
                            isWanted
                        );
                        return this.reads(term.signal, args['it'], isMet);
                    }
                    case 'latest': {
                        const more: Condition = {
                            ...condition,
                            [isLeft ? 'left' : 'right']: term.of,
                            [isLeft ? 'right' : 'left']: { term: 'call', of: other }
                        };
                        return this.record(
                            term.recorder,
                            isWanted ? more : { op: 'not', arg: more },
                            true,
                            isMet,
                            call,
                            depth
                        );
                    }
                    case 'aggregate': {
                        const isUp = isMore(cmp, isWanted) === isLeft;
                        const { kind, value } = this.policy.recorders![term.recorder]!;
                        const isTotal = kind === 'total' || kind === 'total distinct';
                        const most = Number(readTerm(other, this.at(call)) ?? 1);
                        const amounts = isTotal && isUp ? [most, most / 2, most / 4, most / 10, 1] : [undefined];
                        return this.variants(term.recorder, isUp, amounts).some(({ amount, isFailed, isVaried }) =>
                            this.tried(() => {
                                const more: Condition =
                                    amount === undefined
                                        ? ALWAYS
                                        : {
                                              op: 'compare',
                                              cmp: '==',
                                              left: value!,
                                              right: { term: 'constant', value: amount }
                                          };
                                return this.variedIn(isVaried, () =>
                                    this.record(term.recorder, more, isUp, isMet, call, depth, isFailed)
                                );
                            })
                        );
                    }
                    default:
                        return false;
                }
            })
        );
    }

    /** The signal has a value with which the condition is met. */
    private reads(signal: number, likely: Value | undefined, isMet: () => boolean): boolean {
        const before = this.readings.get(signal);
        const { name, type } = this.policy.signals![signal]!;
        const isRead = [likely, ...vocabularyOf(this.policy).valuesOf(name)]
            .filter((value) => value !== undefined)
            .filter((value) => misfit(type, value) === undefined)
            .some((value) => {
                this.readings.set(signal, { signal, value });
                return isMet();
            });
        if (!isRead && before) {
            this.readings.set(signal, before);
        } else if (!isRead) {
            this.readings.delete(signal);
        }
        return isRead;
    }

    /** The user, or a result, gives the value. */
    private gives({ term, source }: Condition & { readonly op: 'from' }, call: Call, depth: number): boolean {
        const value = readTerm(term, this.at(call));
        const values = Array.isArray(value) ? (value as readonly Value[]) : value === undefined ? [] : [value];
        const from = this.policy.sources![source]!;
        return (
            values.length > 0 &&
            values.every((one) =>
                from.kind === 'user'
                    ? this.says(one)
                    : callersOf(this.policy, from.event).some(({ tool, agent }) => {
                          const result = resultWith(this.policy.tools[tool]!.returns ?? [], from.fields, one);
                          return result !== undefined && this.released({ tool, agent, result }, depth + 1);
                      })
            )
        );
    }

    private inList(
        { op, list, level, arg }: Condition & { readonly op: 'every' | 'some' },
        isWanted: boolean,
        call: Call,
        depth: number
    ): boolean {
        const elements = readTerm(list, this.at(call));
        if (!Array.isArray(elements)) {
            return false;
        }
        const isOf = (element: Value): boolean =>
            this.tried(() => this.achieve(replaced(arg, level, element), isWanted, call, depth));
        return (op === 'every') === isWanted ? elements.every(isOf) : elements.some(isOf);
    }

    private labels(label: number, isWanted: boolean, { agent }: Call, depth: number): boolean {
        return this.policy.tools.some(({ reads, conditionalReads = [], clears }, tool) => {
            const some = conditionalReads.find(({ labels }) => labels.includes(label));
            const isOf = isWanted ? reads.includes(label) || some !== undefined : clears.includes(label);
            const when = isWanted && !reads.includes(label) ? some?.when : undefined;
            return (
                isOf &&
                this.tried(() => {
                    const call = { agent, tool, args: {} };
                    const { args, result } = when ? fieldsFor(when, this.readFrom(call)) : { args: {}, result: {} };
                    return this.released({ tool, agent, args, result }, depth + 1);
                })
            );
        });
    }

    /** The ways to add to a count or total: other amounts, other texts, and calls that fail, where these count. */
    private variants(
        index: number,
        isUp: boolean,
        amounts: readonly (number | undefined)[]
    ): { readonly amount: number | undefined; readonly isFailed: boolean; readonly isVaried: boolean }[] {
        const both = [false, true];
        const ends = isUp && this.policy.recorders![index]!.event.status === 'released' ? both : [false];
        const texts = isUp ? both : [false];
        return ends.flatMap((isFailed) =>
            texts.flatMap((isVaried) => amounts.map((amount) => ({ amount, isFailed, isVaried })))
        );
    }

    private variedIn(isVaried: boolean, work: () => boolean): boolean {
        const before = this.isVaried;
        this.isVaried = isVaried;
        try {
            return work();
        } finally {
            this.isVaried = before;
        }
    }
}

/** True if the comparison is met by more of its left side. */
function isMore(cmp: string, isWanted: boolean): boolean {
    return (cmp === '>' || cmp === '>=' || cmp === '==') === isWanted;
}

/** The condition about one element of a list. */
export function replaced(condition: Condition, level: number, value: Value): Condition {
    const isElement = (part: unknown): boolean =>
        typeof part === 'object' &&
        part !== null &&
        'term' in part &&
        part.term === 'element' &&
        'level' in part &&
        part.level === level;
    return JSON.parse(JSON.stringify(condition), (_, part: unknown) =>
        isElement(part) ? { term: 'constant', value } : part
    ) as Condition;
}
