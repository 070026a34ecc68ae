/** Calls that the inventory refuses (M4): what they leave is that they were attempted and denied, with arguments of any kind. */
import type { Arguments, EventPattern, Policy, Value } from '../../model/policy/policy.js';
import { mayBe } from '../../model/policy/truth.js';
import { misfit } from '../../model/values/values.js';
import { undeclaredArgument } from '../system/unfit.js';
import type { Random } from './random.js';

/** The tools of which some pattern sees the calls that are refused. */
export function refusedTools({ tools, monitors, recorders = [], machines = [] }: Policy): readonly number[] {
    const patterns: EventPattern[] = [
        ...[...monitors, ...recorders].flatMap(({ event, from }) => (from ? [event, from] : [event])),
        ...machines.flatMap(({ transitions }) => transitions.map(({ event }) => event))
    ].filter(({ status }) => status === 'attempted' || status === 'denied');
    return tools.flatMap(({ delegatesTo }, tool) =>
        delegatesTo === undefined && patterns.some((pattern) => mayBe(pattern.tools[tool]!)) ? [tool] : []
    );
}

/** The arguments with one that does not fit: a value outside of its type, or one that the tool does not declare. */
export function spoilt(
    { tools }: Policy,
    tool: number,
    args: Arguments,
    values: readonly Value[],
    random: Random
): Arguments {
    const { params } = tools[tool]!;
    const param = params.length > 0 && random.chance(0.8) ? random.of(params) : undefined;
    const others = param ? [...values, ...UNUSUAL].filter((value) => misfit(param.type, value) !== undefined) : [];
    return others.length > 0
        ? { ...args, [param!.name]: random.of(others) }
        : { ...args, ...undeclaredArgument({ params }) };
}

const UNUSUAL: readonly Value[] = [-1, -100, 100, 0.5, true, 'x', []];
