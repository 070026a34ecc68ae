import type { Arguments, Value } from '../policy/policy.js';

/** A constant of a session with its attributes. */
export interface SessionValue {
    readonly name: string;
    readonly value: Value;
    readonly attributes: Arguments;
}

/** The constants of a session as single values: `user.role` is an attribute of `user`. */
export function sessionValues(constants: Arguments): SessionValue[] {
    const all = Object.entries(constants);
    return all
        .filter(([name]) => !name.includes('.'))
        .map(([name, value]) => {
            const attributes = all
                .filter(([other]) => other.startsWith(`${name}.`))
                .map(([other, given]) => [other.slice(name.length + 1), given] as const);
            return { name, value, attributes: Object.fromEntries(attributes) };
        });
}
