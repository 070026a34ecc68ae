/** The names of a policy, and the numbers that its model has for them. */
import type { Policy, Reading, Value } from '../model/policy.js';
import type { Signals, SignalValue } from './events.js';

/** An event that does not fit the policy or the session: its message says what is wrong, in one sentence. */
export class UnfitEvent extends Error {}

export class Names {
    private readonly tools: ReadonlyMap<string, number>;
    private readonly agents: ReadonlyMap<string, number>;
    private readonly humans: ReadonlyMap<string, number>;
    private readonly events: ReadonlyMap<string, number>;
    private readonly signals: ReadonlyMap<string, number>;

    /** @param agent who calls where an event names nobody; absent: the only agent of the policy */
    constructor(
        readonly policy: Policy,
        private readonly agent?: string
    ) {
        this.tools = numbersOf(policy.tools);
        this.agents = numbersOf(policy.agents);
        this.humans = numbersOf(policy.humans);
        this.events = numbersOf(policy.outsideEvents.map((event) => (event.special ? { name: '' } : event)));
        this.signals = numbersOf(policy.signals ?? []);
    }

    /** Undefined for a tool that is not in the inventory. */
    toolOf(name: string): number | undefined {
        return this.tools.get(name);
    }

    /** Throws `UnfitEvent` for an agent that the policy does not declare, or if it is not said who calls. */
    agentOf(name: string | undefined = this.agent): number {
        if (name === undefined && this.policy.agents.length === 1) {
            return 0;
        }
        if (name === undefined) {
            throw new UnfitEvent('it does not say which agent calls, and the policy has several');
        }
        return this.numberOf(this.agents, 'agent', name);
    }

    humanOf(name: string): number {
        return this.numberOf(this.humans, 'human', name);
    }

    eventOf(name: string): number {
        return this.numberOf(this.events, 'event', name);
    }

    /** The call that a delegation is. */
    delegationTo(agent: string): number {
        const to = this.agentOf(agent);
        const tool = this.policy.tools.findIndex(({ delegatesTo }) => delegatesTo === to);
        if (tool < 0) {
            throw new UnfitEvent(`the policy lets nobody delegate to ${agent}`);
        }
        return tool;
    }

    readingsOf(signals: Signals): Reading[] {
        return Object.entries(signals).flatMap(([name, said]): Reading[] => {
            const signal = this.numberOf(this.signals, 'signal', name);
            return isByArguments(said)
                ? said.map(({ args, value }) => ({ signal, args, value }))
                : [{ signal, value: said }];
        });
    }

    private numberOf(numbers: ReadonlyMap<string, number>, what: string, name: string): number {
        const number = numbers.get(name);
        if (number === undefined) {
            throw new UnfitEvent(`the policy has no ${what} ${JSON.stringify(name)}`);
        }
        return number;
    }
}

function numbersOf(named: readonly { readonly name: string }[]): ReadonlyMap<string, number> {
    return new Map(named.map(({ name }, index) => [name, index] as const).filter(([name]) => name !== ''));
}

function isByArguments(said: Value | readonly SignalValue[]): said is readonly SignalValue[] {
    return (
        Array.isArray(said) &&
        said.every((one: unknown) => typeof one === 'object' && one !== null && 'args' in one && 'value' in one)
    );
}
