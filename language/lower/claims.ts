import type { CallPattern, Claim, Condition, SafetyClaim } from '../../server/model/policy/policy.js';
import { forClaim, type ForEachClaim } from './claim-types.js';
import { acceptableFor, isOfRequiredPack } from '../configuration/requirements.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { subjectEvents } from '../names/name-owner.js';
import { durationSeconds } from '../parser/values.js';
import { spanOf } from './aggregates.js';
import { countCondition, lowerCondition, lowerGuards, historyCondition } from './conditions.js';
import { boundOf, type LoweringContext, sourceOf, textOf, usedAt } from './context.js';
import { allOf, negate } from './logic.js';
import { withMayDo } from './may-do.js';
import { lowerEvent, lowerSubject, ownCondition } from './patterns.js';
import { lowerReceived } from './received.js';
import { conditionOfEachTool, lowerKeys } from './same-tool.js';

/** The default time limit of `stays possible`, in seconds (M21). */
const A_DAY = 24 * 3600;

/** Lowers a claim. For a claim from a pack, `within` is the pack, with its arguments if needed. */
export function lowerClaim(claim: tree.Claim, context: LoweringContext, within?: string): Claim {
    const body = claim.body;
    const name = claim.name ?? textOf(body);
    const acceptable = acceptableFor(claim);
    const base = {
        name: within === undefined ? name : `${within}: ${name}`,
        ...context.doc(claim),
        ...context.annotations(claim),
        ...(claim.across && { across: true }),
        text: textOf(body),
        source: sourceOf(claim),
        ...usedAt(claim),
        ...(isOfRequiredPack(claim) && { isRequired: true as const }),
        ...(acceptable && { acceptable })
    };
    const events = subjectEvents(body) ?? [];
    const [subject] = events.length > 0 ? events : [undefined];
    context.judged = subject && { subject: subjectOf(subject, context), ofInnerCalls: !ast.isDecidedClaim(body) };
    const lowered = forClaim(LOWER, body, base, context);
    context.judged = undefined;
    return lowered;
}

type Base = Pick<
    Claim,
    'name' | 'text' | 'source' | 'usedAt' | 'isRequired' | 'acceptable' | 'doc' | 'annotations' | 'across'
>;

const LOWER: ForEachClaim<readonly [Base, LoweringContext], Claim> = {
    NeverClaim: (body, base, context) => {
        const trigger = body.after && lowerAfter(body.after, body.until, context);
        const claimed: SafetyClaim = {
            kind: 'never',
            ...base,
            subject: subjectOf(body.subject, context),
            bad: allOf([...(trigger ? [trigger] : []), lowerGuards(body, context)]),
            ...(trigger && { trigger })
        };
        return withMayDo(claimed, context);
    },
    RequiresClaim: (body, base, context) => {
        const bad = negate(lowerCondition(body.condition, context));
        return withMayDo({ kind: 'requires', ...base, subject: subjectOf(body.subject, context), bad }, context);
    },
    AlwaysClaim: (body, base, context) => ({
        kind: 'always',
        ...base,
        condition: lowerCondition(body.condition, context)
    }),
    DecidedClaim: (body, base, context) => {
        const when = body.when ? lowerCondition(body.when, context) : allOf([]);
        const subject = subjectOf(body.subject, context);
        return body.decision === 'withheld'
            ? lowerWithheld(base, subject, when, context)
            : { kind: 'decided', ...base, subject, when, decision: body.decision };
    },
    AtMostClaim: (body, base, context) => {
        const tooMany = (): Condition => {
            // Earlier releases count unless they are known to have failed without effect (M20): the upper bound of the
            // count is used.
            const event = lowerEvent(body.subject, context);
            const per = lowerKeys(body.per, context);
            const counted = { event, per, span: spanOf(body, context) };
            return allOf([
                ...ownCondition(body.subject, context),
                countCondition(counted, '>=', boundOf(body.bound), context)
            ]);
        };
        const isOfEach = ast.isSameTool(body.subject.selector) || body.per.some(ast.isSameTool);
        const bad = isOfEach ? conditionOfEachTool(context, tooMany) : tooMany();
        return withMayDo({ kind: 'at most', ...base, subject: subjectOf(body.subject, context), bad }, context);
    },
    NoFlowClaim: lowerNoFlow,
    PossibleClaim: (body, base, context) => ({
        kind: 'possible',
        ...base,
        steps: body.steps.map((step) => lowerEvent(step, context)),
        withoutApproval: body.withoutApproval,
        ...(body.within !== undefined && { window: durationSeconds(body.within) })
    }),
    StaysPossibleClaim: (body, base, context) => ({
        kind: 'stays possible',
        ...base,
        subject: subjectOf(body.subject, context),
        keys: [...new Set(body.keys.map((key) => key.$refText))],
        ...(body.after && { trigger: lowerAfter(body.after, undefined, context) }),
        window: body.within === undefined ? A_DAY : durationSeconds(body.within),
        withoutApproval: body.withoutApproval
    })
};

/** Lowers `E is withheld when C`: no agent has got the result of such a call. An unknown C counts against the claim. */
function lowerWithheld(base: Base, subject: CallPattern, where: Condition, context: LoweringContext): Claim {
    const once = (status: 'returned' | 'succeeded'): Condition => {
        const text = status === 'returned' ? `an agent has a result of ${subject.text}` : `once ${subject.text}`;
        return historyCondition(
            { kind: 'once', event: { ...subject, status, where, text }, perAgent: false, text },
            context
        );
    };
    return { kind: 'withheld', ...base, subject, condition: negate(once('returned')), trigger: once('succeeded') };
}

/** Lowers `after F` to `once F`, and `after F until G` to `no G since F`. */
function lowerAfter(after: tree.Event, until: tree.Event | undefined, context: LoweringContext): Condition {
    const from = lowerEvent(after, context);
    if (!until) {
        return historyCondition(
            { kind: 'once', event: from, perAgent: from.agents === 'caller', text: `once ${from.text}` },
            context
        );
    }
    const event = lowerEvent(until, context);
    return historyCondition(
        {
            kind: 'no since',
            event,
            from,
            perAgent: event.agents === 'caller' || from.agents === 'caller',
            text: `no ${event.text} since ${from.text}`
        },
        context
    );
}

/** Lowers `no flow`, about an agent that ever received the label, even if it was cleared since (M20). */
function lowerNoFlow(body: tree.NoFlowClaim, base: Base, context: LoweringContext): Claim {
    const received = lowerReceived(body.label, context);
    const unless = body.unless ? [negate(lowerCondition(body.unless, context))] : [];
    return withMayDo(
        {
            kind: 'no flow',
            ...base,
            subject: subjectOf(body.sink, context),
            bad: allOf([received, ...unless]),
            trigger: received
        },
        context
    );
}

function subjectOf(event: tree.Event, context: LoweringContext): CallPattern {
    return lowerSubject([event.selector], event.by, context);
}
