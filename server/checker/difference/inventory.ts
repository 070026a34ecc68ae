/** The declarations that two inventories share, by name, and those that only one of them has (M25). */
import type { Policy, Tool } from '../../model/policy/policy.js';
import { TRUE } from '../../model/policy/truth.js';
import type { InventoryDifference } from '../results/difference.js';
import { plainText } from '../conditions/plain.js';
import { nameText, toolText } from '../../model/text/typed-text.js';

export interface Comparable {
    /** Names of the declarations that are equal in both, in the order of the old policy. */
    readonly tools: readonly string[];
    readonly agents: readonly string[];
    readonly apart: readonly InventoryDifference[];
}

export function comparable(old: Policy, young: Policy): Comparable {
    const apart: InventoryDifference[] = [
        ...oneSided('agent', old.agents, young.agents, 'its calls are not compared'),
        ...oneSided('human', old.humans, young.humans, 'the other policy takes no approval by this human'),
        ...oneSided('label', old.labels, young.labels),
        ...oneSided('event', declaredEvents(old), declaredEvents(young), 'the other policy does not see it'),
        ...declaredEvents(old)
            .filter((event) =>
                declaredEvents(young).some(
                    ({ name, params }) => name === event.name && plainText(params) !== plainText(event.params)
                )
            )
            .map(({ name }): InventoryDifference => {
                const text = `the event \`${name}\` is declared differently: each policy sees its own`;
                return { what: 'event', name, in: 'both', isLeftOut: false, text };
            }),
        ...oneSided('tool', old.tools, young.tools, 'its calls are not compared'),
        ...othersLeft(old, young)
    ];
    const tools: string[] = [];
    for (const tool of old.tools) {
        const other = young.tools.find(({ name }) => name === tool.name);
        if (!other) {
            continue;
        }
        const differences = parameterDifferences(tool, other);
        if (differences.length > 0) {
            apart.push(...differences);
        } else if (shapeOf(old, tool) !== shapeOf(young, other)) {
            const text = `${toolText(tool.name)} has other results, ends or effects: its calls are not compared`;
            apart.push({ what: 'tool', name: tool.name, in: 'both', isLeftOut: true, text });
        } else {
            tools.push(tool.name);
        }
    }
    const agents = old.agents
        .map(({ name }) => name)
        .filter((name) => young.agents.some((other) => other.name === name));
    return { tools, agents, apart };
}

function declaredEvents({ outsideEvents }: Policy): Policy['outsideEvents'] {
    return outsideEvents.filter(({ special }) => special === undefined);
}

/** The calls of tools that neither policy names are in no session that is compared. */
function othersLeft(old: Policy, young: Policy): InventoryDifference[] {
    if ((old.leavesOthers === undefined) === (young.leavesOthers === undefined)) {
        return [];
    }
    const [side, other] = young.leavesOthers ? (['new', 'old'] as const) : (['old', 'new'] as const);
    const text = `only the ${side} policy leaves the tools that it does not name to the client: the ${other} one denies them`;
    return [{ what: 'other tools', name: 'leave other tools to the client', in: side, isLeftOut: true, text }];
}

function oneSided(
    what: InventoryDifference['what'],
    old: readonly { readonly name: string }[],
    young: readonly { readonly name: string }[],
    so = ''
): InventoryDifference[] {
    const missing = (
        side: 'old' | 'new',
        these: readonly { readonly name: string }[],
        others: readonly { readonly name: string }[]
    ): InventoryDifference[] =>
        these
            .filter(({ name }) => !others.some((other) => other.name === name))
            .map(({ name }) => ({
                what,
                name,
                in: side,
                isLeftOut: what === 'tool' || what === 'agent',
                text: `only the ${side} policy has the ${what} ${what === 'tool' ? toolText(name) : nameText(name)}${so === '' ? '' : `: ${so}`}`
            }));
    return [...missing('old', old, young), ...missing('new', young, old)];
}

function parameterDifferences(old: Tool, young: Tool): InventoryDifference[] {
    const names = [...new Set([...old.params, ...young.params].map(({ name }) => name))];
    return names.flatMap((param): InventoryDifference[] => {
        const [before, after] = [old, young].map(({ params }) => params.find(({ name }) => name === param));
        if (plainText(before) === plainText(after)) {
            return [];
        }
        const side = before === undefined ? 'new' : after === undefined ? 'old' : 'both';
        const how = side === 'both' ? 'is declared differently' : `is in the ${side} policy only`;
        const text = `${nameText(param)} of ${toolText(old.name)} ${how}: its calls are not compared`;
        return [{ what: 'parameter', name: `${old.name}(${param})`, in: side, isLeftOut: true, text }];
    });
}

/**
 * A text for everything that makes calls of a tool equivalent in both policies, except labels, which each policy has
 * separately.
 */
function shapeOf(policy: Policy, tool: Tool): string {
    const { params, returns, succeeds, mayDo = [], stores, traits, delegatesTo } = tool;
    return plainText([
        params,
        returns,
        succeeds,
        mayDo.flatMap((value, done) => (value === 0 ? [] : [[policy.tools[done]!.name, value]])).sort(),
        stores,
        traits['atomic'] === TRUE,
        stores !== undefined && traits['readonly'] === TRUE,
        delegatesTo !== undefined && policy.agents[delegatesTo]!.name
    ]);
}
