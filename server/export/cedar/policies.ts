/** Writes a policy as Cedar policies, which decide single requests. */
import type { Policy } from '../../model/policy/policy.js';
import { statementsIn } from './statements.js';
import { comment } from './texts.js';

export interface CedarExport {
    readonly policies: string;
    readonly schema: string;
    /** The number of rules that permit something here. */
    readonly permits: number;
    /** The `allow`s that are left out, each with its place and the reason. */
    readonly leftOut: readonly string[];
}

/** @param file the name of the policy's file in comments */
export function cedarOf(policy: Policy, file: string): CedarExport {
    const { blocks, ...others } = statementsIn({ name: 'Cedar' }, policy, file);
    return { ...others, policies: `${[headOf(policy, file), ...blocks].join('\n\n')}\n` };
}

function headOf(policy: Policy, file: string): string {
    return [
        `Policy ${policy.name} of ${file}, for Cedar, which decides single requests.`,
        'Calls that these policies permit are allowed in every session. Where Cedar cannot express something, they are stricter.',
        ...REQUESTS,
        'Requests have to be validated with the schema.'
    ]
        .map(comment)
        .join('\n');
}

/** The form of a request for Cedar and for tools based on it. */
export const REQUESTS = [
    'A call that is held for an approval is not permitted.',
    'A request is a call whose arguments fit the inventory. Its principal is the agent, its action is "server.tool", and',
    'its resource is the server. context.input contains the arguments, with defaults filled in, except those of types',
    'that Cedar does not have. context.session contains the constants of the session.'
];
