/** Describes a claim about sessions in a sentence. Events and conditions appear as written. */
import type { ForEachClaim } from '../../../../language/lower/claim-types.js';
import { forClaim } from '../../../../language/lower/claim-types.js';
import * as ast from '../../../../language/generated/ast.js';
import { textOf } from '../../../../language/lower/context.js';
import { windowText } from '../../../../language/parser/values.js';

/** @param claim the claim; if it comes from a pack, with the arguments of its use */
export function claimWords({ body, across }: ast.Claim): string {
    const earlier = across ? ' Earlier sessions count, too.' : '';
    return `${forClaim(SENTENCES, body)}${earlier}`;
}

const SENTENCES: ForEachClaim<readonly [], string> = {
    NeverClaim: (body) => {
        const { subject, when, after, until, unless } = body;
        const guards = [
            when && ` when ${code(when)}`,
            after && ` after ${code(after)}${until ? ` until ${code(until)}` : ''}`,
            unless && `, unless ${code(unless)}`
        ];
        return `No session may release a call of ${code(subject)}${guards.map((guard) => guard ?? '').join('')}.`;
    },
    RequiresClaim: (body) => {
        return `A session may release a call of ${code(body.subject)} only when ${code(body.condition)}.`;
    },
    AtMostClaim: (body) => {
        const bound = body.bound ?? body.boundParam?.$refText;
        const window = windowText(body);
        const span =
            window === undefined
                ? ''
                : ` within ${body.period === undefined ? `any ${window}` : `one ${body.period === 'today' ? 'day' : body.period} of the calendar`}`;
        const keys = body.per.map((key) => (ast.isSameTool(key) ? 'tool' : code(key))).join(' and ');
        const each = keys === '' ? '' : `, counted separately for each ${keys}`;
        return `No session may release more than ${bound} calls of ${code(body.subject)}${span}${each}; a call counts unless it is known to have failed without effect.`;
    },
    NoFlowClaim: (body) => {
        const gate = body.unless ? `, unless ${code(body.unless)}` : '';
        return `No agent that ever received \`${body.label.$refText}\`, by its own calls, by delegation or from a server that stores, may get a call of ${code(body.sink)} released${gate}.`;
    },
    DecidedClaim: (body) => {
        const when = body.when ? ` when ${code(body.when)}` : '';
        if (body.decision === 'withheld') {
            return `No agent ever gets the result of a call of ${code(body.subject)} that ends without an error${when}.`;
        }
        return `In every state a call of ${code(body.subject)}${when} is ${body.decision}, whichever of the agents that some \`allow\` names for it makes the call, while no approval of it is outstanding.`;
    },
    AlwaysClaim: (body) => {
        return `At every moment of every session ${code(body.condition)}: after each event, and while time passes.`;
    },
    PossibleClaim: (body) => {
        const steps = body.steps.map(code).join(', then ');
        const window = body.within ?? body.withinParam?.$refText;
        const span = window === undefined ? '' : `, within ${window} from the first to the last`;
        return `If everyone cooperates, some session releases ${steps}${without(body)}${span}, each known to have succeeded before the next.`;
    },
    StaysPossibleClaim: (body) => {
        const after = body.after ? ` after ${code(body.after)}` : '';
        const keys = body.keys.map((key) => `\`${key.$refText}\``).join(' and ');
        const each = keys === '' ? '' : ` for every ${keys}`;
        const window = body.within ?? body.withinParam?.$refText ?? '24h';
        return `Whatever hijacked agents have done${after}, a call of ${code(body.subject)}${each} can still be released within ${window}${without(body)}, if everyone cooperates from then on.`;
    }
};

function without({ withoutApproval }: { readonly withoutApproval: boolean }): string {
    return withoutApproval ? ', without any approval' : '';
}

function code(node: ast.Event | ast.Condition | ast.Term): string {
    return `\`${textOf(node)}\``;
}
