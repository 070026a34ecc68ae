/** Selects, from the choices of a scope, one of each kind that the given conditions can distinguish. */
import type { Arguments, Policy, Reading } from '../../model/policy/policy.js';
import { canonicalText } from '../../model/values/canonical-text.js';
import type { Reach } from '../reductions/cone.js';
import type { CallChoice, Choices, EndChoice } from './choices.js';
import type { Variable } from './table.js';
import { signature } from './values.js';
import type { Variables } from './variables.js';

export type ChoiceLists = Pick<Choices, 'calls' | 'outside' | 'requests' | 'constants'>;

/** @param variables the values that conditions read in the remaining choices */
export function reducedTo(all: ChoiceLists, policy: Policy, reach: Reach, variables: Variables): ChoiceLists {
    const keyOf = (args: Arguments | undefined, variableOf: (name: string) => Variable | undefined): string =>
        Object.entries(args ?? {})
            .flatMap(([name, value]) => {
                const variable = variableOf(name);
                if (!variable || !variables.isRead(variable)) {
                    return [];
                }
                return [
                    `${name}: ${variable.link ? canonicalText(value) : signature([...variable.own.values()], value)}`
                ];
            })
            .join();
    const endOf = (tool: number, { outcome, result }: EndChoice): string =>
        `${outcome} ${result ? keyOf(result, (field) => variables.result(tool, field)) : 'unread'}`;
    const said = (readings: readonly Reading[] = []): readonly string[] =>
        readings.map(({ signal, value }) =>
            keyOf(value === undefined ? {} : { [signal]: value }, (name) => variables.signal(Number(name)))
        );
    const called = (choice: CallChoice): string => {
        const { agent, tool, args } = choice.call;
        const read = said(choice.readings);
        const isRefused = choice.ends.length === 0;
        return JSON.stringify([agent, tool, isRefused, keyOf(args, (name) => variables.param(tool, name)), read]);
    };
    const ends = new Map<readonly EndChoice[], readonly EndChoice[]>();
    const endsOf = ({ call, ends: written }: CallChoice): readonly EndChoice[] => {
        const known = ends.get(written) ?? distinctBy(written, (end) => endOf(call.tool, end));
        ends.set(written, known);
        return known;
    };
    return {
        calls: distinctBy(
            all.calls.filter(({ call }) => reach.tools.has(call.tool)),
            called
        ).map((choice) => ({ ...choice, ends: endsOf(choice) })),
        outside: distinctBy(
            all.outside.filter(({ event }) => reach.outside.has(event)),
            ({ event, args, readings }) =>
                JSON.stringify([event, keyOf(args, (name) => variables.outside(event, name)), said(readings)])
        ),
        requests:
            hearsUser(policy, reach) || isRequestRead(policy, variables)
                ? distinctBy(all.requests, ({ request, readings }) =>
                      JSON.stringify([keyOf(request, (field) => variables.request(field)), said(readings)])
                  )
                : [],
        constants: distinctBy(all.constants, (constants) => keyOf(constants, (name) => variables.constant(name)))
    };
}

function hearsUser(policy: Policy, reach: Reach): boolean {
    return (
        [...reach.outside].some((event) => policy.outsideEvents[event]!.special === 'user says') ||
        [...reach.sources].some((source) => policy.sources![source]!.kind === 'user')
    );
}

function isRequestRead(policy: Policy, variables: Variables): boolean {
    return [...(policy.request ?? []).map(({ name }) => name), 'text'].some((field) => {
        const variable = variables.request(field);
        return variable !== undefined && variables.isRead(variable);
    });
}

function distinctBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
    const known = new Map<string, T>();
    items.forEach((item) => {
        const key = keyOf(item);
        known.set(key, known.get(key) ?? item);
    });
    return [...known.values()];
}
