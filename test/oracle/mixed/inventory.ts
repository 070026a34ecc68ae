/** Generates the declarations of a random policy. */
import type { Kind } from './kinds.js';
import { KINDS } from './kinds.js';
import { Random } from './random.js';

export interface Param {
    readonly name: string;
    readonly kind: Kind;
    /** The presence of the parameter: `optional` ones may be absent, `default` ones never are. */
    readonly presence: 'always' | 'optional' | 'default';
}

export interface Tool {
    readonly name: string;
    readonly params: readonly Param[];
    readonly returns: readonly Param[];
    readonly text: string;
}

/** The larger features that the policy has. */
export interface Features {
    readonly agents: 1 | 2;
    readonly delegation: boolean;
    readonly humans: 0 | 1 | 2;
    readonly labels: boolean;
    readonly modes: boolean;
    readonly signals: boolean;
    readonly constants: boolean;
    readonly event: boolean;
    readonly request: boolean;
    readonly clock: boolean;
    readonly stores: boolean;
    readonly across: boolean;
    readonly windows: boolean;
}

export interface Inventory {
    readonly features: Features;
    readonly columns: readonly Param[];
    readonly tools: readonly Tool[];
}

/** The seeds of the pieces of a policy: removing one leaves the others unchanged. */
export interface Draft {
    readonly features: number;
    readonly columns: readonly number[];
    readonly tools: readonly number[];
    readonly rules: readonly number[];
    readonly claims: readonly number[];
}

const NAMES = ['p', 'q', 'r', 'w'];

export function inventoryOf(draft: Draft): Inventory {
    const features = featuresOf(new Random(draft.features));
    const columns = draft.columns.map((seed, index): Param => {
        const random = new Random(seed);
        const kind = random.of(KINDS);
        const presence = random.of(['always', 'always', 'always', 'always', 'optional', 'default'] as const);
        return { name: NAMES[index]!, kind, presence: kind.literals.length > 0 ? presence : 'always' };
    });
    const tools = draft.tools.map((seed, index) => toolOf(new Random(seed), `s.t${index}`, columns, features));
    return { features, columns, tools };
}

function featuresOf(random: Random): Features {
    const agents = random.chance(0.25) ? 2 : 1;
    return {
        agents,
        delegation: agents === 2 && random.chance(0.6),
        humans: random.of([0, 1, 1, 2] as const),
        labels: random.chance(0.35),
        modes: random.chance(0.25),
        signals: random.chance(0.2),
        constants: random.chance(0.2),
        event: random.chance(0.25),
        request: random.chance(0.12),
        clock: random.chance(0.15),
        stores: random.chance(0.08),
        across: random.chance(0.15),
        windows: random.chance(0.45)
    };
}

function toolOf(random: Random, name: string, columns: readonly Param[], features: Features): Tool {
    const params = columns
        .filter(() => random.chance(0.7))
        .map((column) =>
            random.chance(0.1) ? { ...column, kind: random.of(KINDS), presence: 'always' as const } : column
        );
    const returned = random.chance(0.2)
        ? random.of(KINDS.filter(({ family }) => family === 'text' || family === 'number'))
        : undefined;
    const returns: Param[] = returned ? [{ name: 'out', kind: returned, presence: 'always' }] : [];
    const words = [
        ...(random.chance(0.35) ? ['atomic'] : []),
        ...(random.chance(0.2) ? ['readonly'] : []),
        ...(random.chance(0.3) ? ['external'] : []),
        ...(random.chance(0.1) ? ['hint destructive'] : []),
        ...(features.labels && random.chance(0.5) ? [`reads ${random.of(['secret', 'dirty'])}`] : []),
        ...(features.labels && random.chance(0.15) ? [`clears ${random.of(['secret', 'dirty'])}`] : []),
        ...(returns.length > 0 ? [`returns (${returns.map(declared).join(', ')})`] : [])
    ];
    const given = params.filter(({ presence }) => presence !== 'optional');
    if (features.labels && random.chance(0.15) && given.length > 0) {
        const { name: of, kind } = random.of(given);
        words.push(`reads secret when ${kind.ask(of, random)}`);
    }
    if (returns.length > 0 && random.chance(0.3)) {
        words.push(`succeeds when ${returns[0]!.kind.ask('result.out', random)}`);
    }
    return {
        name,
        params,
        returns,
        text: `tool ${name.slice(2)}(${params.map(declared).join(', ')}) ${words.join(' ')}`
    };
}

function declared({ name, kind, presence }: Param): string {
    const type = presence === 'default' && kind.type.includes('|') ? `(${kind.type})` : kind.type;
    return `${name}${presence === 'optional' ? '?' : ''}: ${type}${presence === 'default' ? ` = ${kind.literals[0]}` : ''}`;
}

/** The parameters that all of the tools declare in the same way: a rule over the tools may refer to these parameters (M3). */
export function commonOf(tools: readonly Tool[]): Param[] {
    const [first, ...others] = tools;
    return (first?.params ?? []).filter((param) =>
        others.every(({ params }) =>
            params.some(
                ({ name, kind, presence }) =>
                    name === param.name && kind.type === param.kind.type && presence === param.presence
            )
        )
    );
}
