/** What sessions that are built or drawn choose from: the values, waits and times of concrete sessions, for the whole policy at once. */
import { ClockChanges } from '../concrete/clock.js';
import { windowsOf } from '../concrete/scope.js';
import { Values } from '../concrete/values.js';
import { Variables } from '../concrete/variables.js';
import { questionOf } from '../questions/question.js';
import { clockAt } from '../../model/policy/clock.js';
import type { Policy, ScenarioStep, Value } from '../../model/policy/policy.js';

const MOST_COUNTED = 40;
const USUAL_WAITS = [1, 60, 3600, 86_400];

export class Vocabulary {
    /** The numbers of calls that conditions, rules and claims count to. */
    readonly counts: readonly number[];
    /** Seconds on both sides of every window, duration and deadline. */
    readonly waits: readonly number[];
    readonly clock: ClockChanges;
    private readonly values: Values;
    private readonly variables: Variables;
    private named: ReadonlyMap<string, readonly Value[]> | undefined;

    constructor(policy: Policy) {
        const questions = policy.claims.map(questionOf);
        const whole = {
            tools: new Set(policy.tools.keys()),
            monitors: new Set(policy.monitors.keys()),
            recorders: new Set((policy.recorders ?? []).keys()),
            machines: new Set((policy.machines ?? []).keys())
        };
        this.variables = new Variables(policy, questions, whole);
        this.values = new Values(this.variables);
        this.counts = [...this.variables.counts].filter((count) => count > 0 && count <= MOST_COUNTED);
        const around = windowsOf(policy, questions, whole, true).flatMap((wait) => [wait - 1, wait, wait + 1]);
        this.waits = [...new Set([...USUAL_WAITS, ...around])].filter((wait) => wait > 0 && Number.isFinite(wait));
        this.clock = ClockChanges.of(policy, this.values.clockReads());
    }

    /** The values of parameters, fields, constants and signals with this name: a policy gives one name to what it compares. */
    valuesOf(name: string): readonly Value[] {
        return this.byName.get(name) ?? [];
    }

    get all(): readonly Value[] {
        return [...this.byName.values()].flat();
    }

    private get byName(): ReadonlyMap<string, readonly Value[]> {
        if (!this.named) {
            const named = new Map<string, Map<string, Value>>();
            const add = (name: string, value: Value): void => {
                const known = named.get(name) ?? new Map<string, Value>();
                named.set(name, known.set(JSON.stringify(value), value));
                if (Array.isArray(value)) {
                    value.forEach((one: Value) => add(name, one));
                } else if (typeof value === 'object' && value !== null) {
                    Object.entries(value).forEach(([field, one]) => add(field, one));
                }
            };
            for (const variable of this.variables.all) {
                this.values.of(variable).forEach((value) => value !== undefined && add(variable.param.name, value));
            }
            this.named = new Map([...named].map(([name, values]) => [name, [...values.values()]]));
        }
        return this.named;
    }
}

export function vocabularyOf(policy: Policy): Vocabulary {
    const known = vocabularies.get(policy) ?? new Vocabulary(policy);
    vocabularies.set(policy, known);
    return known;
}

const vocabularies = new WeakMap<Policy, Vocabulary>();

/** The steps of a scenario that set the clock to a second since 1970-01-01T00:00Z. */
export function beginningAt({ timezone = 'UTC', source }: Policy, epoch: number): ScenarioStep[] {
    const { date, second } = clockAt(epoch, timezone);
    const time = [Math.floor(second / 3600), Math.floor(second / 60) % 60];
    const text = time.map((part) => String(part).padStart(2, '0')).join(':');
    return [
        { kind: 'at', date, time: text, source, text: '' },
        ...(second % 60 > 0 ? [{ kind: 'wait', seconds: second % 60, source, text: '' } as const] : [])
    ];
}
