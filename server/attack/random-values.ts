/** Draws random values of a type: values that the policy mentions, values of the session so far, and others. */
import { simplest } from '../checker/arguments/candidates.js';
import type { Arguments, Param, Type, Value } from '../model/policy/policy.js';
import { misfit } from '../model/values/values.js';
import type { Random } from './random.js';
import type { Vocabulary } from '../checker/aimed-sessions/vocabulary.js';

/** The number of earlier values of the session to choose from. */
const MOST_USED = 24;
const OTHER_TEXTS = ['x', 'y', 'a', 'A', ''];
const OTHER_NUMBERS = [0, 1, 2, 3, 10];

export class Values {
    /** The values of the session so far, the latest one last. */
    private used: { readonly name: string; readonly value: Value }[] = [];

    constructor(
        private readonly vocabulary: Vocabulary,
        private readonly random: Random
    ) {}

    /** Forgets the earlier session. */
    restart(): void {
        this.used = [];
    }

    arguments(params: readonly Param[]): Arguments {
        const given = params.filter(
            ({ optional, default: usual }) => !((optional || usual !== undefined) && this.random.chance(0.4))
        );
        return Object.fromEntries(given.map(({ name, type }) => [name, this.value(name, type)]));
    }

    value(name: string, type: Type): Value {
        const value = this.draw(name, type);
        this.use(name, value);
        return value;
    }

    /** A text that a user might say: with values of the session, each as a separate token. */
    sentence(): string {
        const { random } = this;
        const words = Array.from({ length: random.below(4) }, () => {
            const value = random.chance(0.7) ? this.anyUsed() : this.anyMentioned();
            return typeof value === 'string' && !random.chance(0.3) ? value : JSON.stringify(value);
        });
        return ['use', ...words].join(' ');
    }

    use(name: string, value: Value): void {
        this.used = [...this.used.slice(1 - MOST_USED), { name, value }];
        if (Array.isArray(value)) {
            value.forEach((one: Value) => this.use(name, one));
        } else if (typeof value === 'object' && value !== null) {
            Object.entries(value).forEach(([field, one]) => this.use(field, one));
        }
    }

    private draw(name: string, type: Type): Value {
        const { random } = this;
        if (random.chance(0.45)) {
            const fitting = this.used.filter((one) => fits(type, one.value));
            const named = fitting.filter((one) => one.name === name);
            const from = named.length > 0 && random.chance(0.6) ? named : fitting;
            if (from.length > 0) {
                return random.of(from).value;
            }
        }
        const mentioned = this.vocabulary.valuesOf(name).filter((value) => fits(type, value));
        if (mentioned.length > 0 && random.chance(0.75)) {
            return this.nudged(type, random.of(mentioned));
        }
        return this.anyOf(name, type);
    }

    /** Some other value that the type allows. */
    private anyOf(name: string, type: Type): Value {
        const { random, vocabulary } = this;
        switch (type.kind) {
            case 'bool':
                return random.chance(0.5);
            case 'literals':
                return random.of(type.values);
            case 'list':
                return Array.from({ length: this.size() }, () => this.value(name, type.element));
            case 'map': {
                const entries = Array.from({ length: this.size() }, () => {
                    const key = this.value('key', { kind: 'string' });
                    return [typeof key === 'string' ? key : 'x', this.value('value', type.value)] as const;
                });
                return Object.fromEntries(entries);
            }
            case 'record':
                return this.arguments(type.fields);
            case 'int':
            case 'number':
            case 'decimal':
                return this.fitting(type, [...OTHER_NUMBERS, ...vocabulary.all.filter(isNumber)]);
            case 'any':
                return random.of([
                    ...vocabulary.all,
                    ...OTHER_TEXTS,
                    ...OTHER_NUMBERS,
                    true,
                    null,
                    [],
                    ['x'],
                    { x: 'x' }
                ]);
            default:
                return this.fitting(type, [...OTHER_TEXTS, ...vocabulary.all.filter(isText)]);
        }
    }

    private size(): number {
        return this.random.of([0, 1, 1, 2, 3]);
    }

    private fitting(type: Type, values: readonly Value[]): Value {
        for (let tries = 0; tries < 4; tries++) {
            const value = this.nudged(type, this.random.of(values));
            if (fits(type, value)) {
                return value;
            }
        }
        return simplest(type);
    }

    /** A number or a neighbouring one; a text, or the same text in a different case. */
    private nudged(type: Type, value: Value): Value {
        const { random } = this;
        if (typeof value === 'number' && random.chance(0.4)) {
            const grain = type.kind === 'decimal' ? 10 ** -type.scale : type.kind === 'number' ? 0.5 : 1;
            const next = Number((value + random.of([-grain, grain])).toPrecision(15));
            return fits(type, next) ? next : value;
        }
        if (typeof value === 'string' && type.kind === 'entity' && random.chance(0.3)) {
            return random.of([value.toUpperCase(), value.toLowerCase(), ` ${value}`]);
        }
        return value;
    }

    private anyUsed(): Value {
        return this.used.length > 0 ? this.random.of(this.used).value : 'x';
    }

    private anyMentioned(): Value {
        const { all } = this.vocabulary;
        return all.length > 0 ? this.random.of(all) : 'x';
    }
}

function fits(type: Type, value: Value): boolean {
    return misfit(type, value) === undefined;
}

function isNumber(value: Value): value is number {
    return typeof value === 'number';
}

function isText(value: Value): value is string {
    return typeof value === 'string';
}
