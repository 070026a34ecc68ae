/** Maps the names in a policy to their numbers in the model, and checks the types of declared values. */
import type { Arguments, Param, Policy, Reading, Value } from '../model/policy/policy.js';
import { misfit } from '../model/values/values.js';
import { GuardrailError } from './errors.js';
import type { Signals } from './events.js';
import { ToolNames } from './tool-names.js';

export interface NamesOptions {
    /** The calling agent of an event that does not name one; absent if the policy has several agents. */
    readonly agent?: string | undefined;
    /** Maps tool names in events to those of the policy. */
    readonly map?: ReadonlyMap<string, string>;
}

export class Names {
    private readonly tools: ReadonlyMap<string, number>;
    private readonly agents: ReadonlyMap<string, number>;
    private readonly humans: ReadonlyMap<string, number>;
    private readonly events: ReadonlyMap<string, number>;
    private readonly signals: ReadonlyMap<string, number>;
    private readonly exact: ReadonlyMap<string, number>;
    private readonly spellings: ToolNames;
    private readonly agent: string | undefined;

    constructor(
        readonly policy: Policy,
        { agent, map }: NamesOptions = {}
    ) {
        this.agent = agent;
        this.tools = numbersOf(policy.tools.map((tool) => (tool.delegatesTo === undefined ? tool : { name: '' })));
        this.agents = numbersOf(policy.agents);
        this.humans = numbersOf(policy.humans);
        this.events = numbersOf(policy.outsideEvents.map((event) => (event.special ? { name: '' } : event)));
        this.signals = numbersOf(policy.signals ?? []);
        this.spellings = new ToolNames(policy, map);
        this.exact = map?.size ? new Map() : this.tools;
    }

    /** Undefined if the tool is not in the inventory. */
    toolOf(name: string, server?: string): number | undefined {
        // Usually it is the name in the policy.
        const exact = server === undefined ? this.exact.get(name) : undefined;
        return exact ?? this.tools.get(this.spellings.nameOf(name, server));
    }

    /** The decision on a call whose tool is not in the inventory (M4, M28). */
    unnamed(name: string, server?: string): UnnamedDecision {
        return this.policy.leavesOthers && !this.spellings.mayBeNamed(name, server) ? LEFT : NOT_IN_INVENTORY;
    }

    /** The name in the policy, or the given name if there is no match. */
    toolName(name: string, server?: string): string {
        return this.spellings.nameOf(name, server);
    }

    /** Throws GR935 for an agent that the policy does not declare, or if the event does not name the caller. */
    agentOf(name: string | undefined = this.agent): number {
        if (name === undefined && this.policy.agents.length === 1) {
            return 0;
        }
        if (name === undefined) {
            throw new GuardrailError('GR935', 'it does not say which agent calls, and the policy has several');
        }
        return numberIn(this.agents, 'agent', name);
    }

    /** Throws GR935 for a name that the policy does not declare; the next two functions do as well. */
    humanOf(name: string): number {
        return numberIn(this.humans, 'human', name);
    }

    eventOf(name: string): number {
        return numberIn(this.events, 'event', name);
    }

    /** The call for a delegation. Throws GR935 if nobody can delegate to the agent. */
    delegationTo(agent: string): number {
        const to = numberIn(this.agents, 'agent', agent);
        const tool = this.policy.tools.findIndex(({ delegatesTo }) => delegatesTo === to);
        if (tool < 0) {
            throw new GuardrailError('GR935', `the policy lets nobody delegate to ${shown(agent)}`);
        }
        return tool;
    }

    /** Throws GR935 for a signal that the policy does not declare, and for a value or arguments of the wrong type. */
    readingsOf(signals: Signals): Reading[] {
        return Object.entries(signals).flatMap(([name, value]): Reading[] => {
            const signal = numberIn(this.signals, 'signal', name);
            const { params, type } = this.policy.signals![signal]!;
            if (isByArguments(value)) {
                for (const { args } of value) {
                    if (!isList(args) || args.length !== params.length) {
                        throw new GuardrailError(
                            'GR935',
                            `the signal ${shown(name)} has ${params.length} arguments, which \`args\` has to list`
                        );
                    }
                    params.forEach((param, index) => assertFits(param, args[index]!, `argument of ${shown(name)}`));
                }
                value.forEach((one) => assertFits({ name, type }, one.value, 'signal'));
                return value.map((one) => ({ signal, args: one.args, value: one.value }));
            }
            assertFits({ name, type }, value, 'signal');
            return [{ signal, value: value }];
        });
    }

    /** Throws GR935 for a field of `request` that does not match its declaration. */
    assertRequest(request: Arguments): void {
        assertDeclared(this.policy.request ?? [], request, 'field of `request`');
    }

    /** Checks the arguments of an event in the same way. */
    assertEventArguments(event: number, args: Arguments): void {
        const { name, params = [] } = this.policy.outsideEvents[event]!;
        assertDeclared(params, args, `parameter of the event ${shown(name)}`);
    }

    assertConstants(constants: Arguments): void {
        const declared = (this.policy.sessionConstants ?? []).map(({ name, type }) => ({ name, type, optional: true }));
        assertDeclared(declared, constants, 'session constant');
    }
}

/** The decision on a call of a tool that the policy does not name; no rule can decide it. */
export interface UnnamedDecision {
    readonly kind: 'denied' | 'left';
    readonly by: 'inventory';
    readonly rules: readonly [];
    readonly problem?: string;
}

const LEFT = { kind: 'left', by: 'inventory', rules: [] } as const;
const NOT_IN_INVENTORY = {
    kind: 'denied',
    by: 'inventory',
    rules: [],
    problem: 'the tool is not in the inventory'
} as const;

function numberIn(numbers: ReadonlyMap<string, number>, what: string, name: string): number {
    const number = numbers.get(name);
    if (number === undefined) {
        throw new GuardrailError('GR935', `the policy has no ${what} ${shown(name)}`);
    }
    return number;
}

/** An omitted field is unknown (M3), not an error; a field that is present must match its declaration. */
function assertDeclared(
    params: readonly Pick<Param, 'name' | 'type' | 'optional'>[],
    values: Arguments,
    what: string
): void {
    for (const [name, value] of Object.entries(values)) {
        const param = params.find((one) => one.name === name);
        if (!param) {
            throw new GuardrailError('GR935', `the policy has no ${what} ${shown(name)}`);
        }
        if (!(value === null && param.optional)) {
            assertFits(param, value, what);
        }
    }
}

function assertFits({ name, type }: Pick<Param, 'name' | 'type'>, value: Value, what: string): void {
    const problem = misfit(type, value);
    if (problem !== undefined) {
        throw new GuardrailError('GR935', `the ${what} ${shown(name)} ${problem}`);
    }
}

function shown(name: string): string {
    return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

function numbersOf(named: readonly { readonly name: string }[]): ReadonlyMap<string, number> {
    return new Map(named.map(({ name }, index) => [name, index] as const).filter(([name]) => name !== ''));
}

function isList(value: unknown): value is readonly Value[] {
    return Array.isArray(value);
}

function isByArguments(
    value: Signals[string]
): value is readonly { readonly args: readonly Value[]; readonly value: Value }[] {
    return (
        Array.isArray(value) &&
        value.length > 0 &&
        value.every((one: unknown) => typeof one === 'object' && one !== null && 'args' in one && 'value' in one)
    );
}
