/**
 * GR401: parts that have no meaning where calls are selected rather than remembered: in the head of a rule, as the
 * subject of a claim, as a step of `possible` (M10).
 */
import { type Fix, obvious } from '../edits/edit.js';
import { insertBefore, keywordOf, partOf, removeParts } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { nameText } from '../../server/model/text/typed-text.js';
import { withoutBy, withoutStatus } from './without.js';
import { deniesHeld } from '../types/held-subjects.js';
import type { Reporter, ValidationRule } from './rule.js';

export const heads: ValidationRule = {
    codes: ['GR401'],
    checks: {
        SubjectRule: (rule, report) => {
            for (const event of rule.subjects) {
                checkSubject(event, 'the head of a rule', report, undefined, deniesHeld(rule, event));
                if (ast.isAllow(rule) && event.by && !event.by.caller) {
                    reportAt(
                        event,
                        'by',
                        'An `allow` names its agents before the colon. Write `allow AGENT: …`.',
                        report
                    );
                }
            }
        },
        NeverClaim: (claim, report) => checkSubject(claim.subject, 'the subject of a claim', report),
        RequiresClaim: (claim, report) => checkSubject(claim.subject, 'the subject of a claim', report, IMPLIES),
        StaysPossibleClaim: (claim, report) => checkSubject(claim.subject, 'what stays possible', report, NO_WHEN),
        DecidedClaim: (claim, report) => checkSubject(claim.subject, 'the subject of a claim', report),
        NoFlowClaim: (claim, report) => checkSubject(claim.sink, 'the end of a flow', report, UNLESS),
        AtMostClaim: ({ subject }, report) => {
            if (subject?.status !== undefined && subject.status !== 'succeeded' && subject.status !== 'released') {
                const message = `The claim counts releases, and \`${subject.status}\` calls are not releases. Remove it.`;
                reportAt(subject, 'status', message, report);
            }
        },
        ApprovalAssumption: (node, report) => checkSubject(node.subject, 'an assumption about approvals', report),
        ResultAssumption: (node, report) => checkSubject(node.subject, 'an assumption about results', report),
        AgentAssumption: (node, report) => checkSubject(node.subject, 'an assumption about an agent', report),
        // The first event of an order is only remembered; each later one is the head of a rule.
        Order: (order, report) => {
            for (const event of order.events.slice(1)) {
                checkSubject(event, 'an order after its first event', report);
            }
        },
        PossibleClaim: (claim, report) => {
            for (const step of claim.steps) {
                if (step.status !== undefined && step.status !== 'succeeded') {
                    const message = `Every step of \`possible\` succeeds before the next, so \`${step.status}\` has no meaning here. Remove it.`;
                    reportAt(step, 'status', message, report);
                }
                checkCaller(step, report);
            }
        }
    }
};

/** The advice for places that accept no `when`. */
const IMPLIES = 'Write only the tool, and `… implies …` after `requires`.';
const UNLESS = 'Write only the tool; use `unless` for exceptions.';
const NO_WHEN = 'Write only the tool; `for every` covers each value of a parameter.';

/**
 * @param instead what to write in place of a condition, if it is not `when`
 * @param mayBeHeld true if the status is that of `deny held E`
 */
function checkSubject(
    event: ast.Event | undefined,
    place: string,
    report: Reporter,
    instead?: string,
    mayBeHeld = false
): void {
    if (!event) {
        return;
    }
    if (event.status !== undefined && !mayBeHeld) {
        reportAt(
            event,
            'status',
            `\`${event.status}\` describes how a call ended, and has no meaning in ${place}: the call has not been decided yet. Remove it.`,
            report
        );
    }
    if (event.listed) {
        const first = event.args[0];
        const value = first?.value?.$cstNode?.text;
        const when =
            first?.param?.$refText && value !== undefined
                ? `Write \`when ${first.param?.$refText} == ${value}\`.`
                : 'Write only the tool, and a condition after `when`.';
        reportAt(event, first ? 'args' : 'listed', `Arguments have no meaning in ${place}. ${instead ?? when}`, report);
    }
    if (event.where) {
        reportAt(
            event,
            'where',
            `\`where\` is about a past event, and has no meaning in ${place}. ${instead ?? 'Write `when`.'}`,
            report
        );
    }
    checkCaller(event, report);
}

function checkCaller(event: ast.Event, report: Reporter): void {
    if (event.by?.caller) {
        reportAt(
            event,
            'by',
            '`by caller` compares a past event with the call, but this is the call itself. Remove it.',
            report
        );
    }
}

function reportAt(
    event: ast.Event,
    property: 'status' | 'args' | 'listed' | 'where' | 'by',
    message: string,
    report: Reporter
): void {
    report.error('GR401', [event, property], message, () => [
        property === 'status' ? withoutStatus(event) : property === 'by' ? withoutBy(event) : asCondition(event)
    ]);
}

/** Moves the arguments and the `where` of the decided call to the condition of its rule or claim. */
function asCondition(event: ast.Event): Fix | undefined {
    const owner = event.$container;
    const conditions = [
        ...event.args.flatMap(({ param, value }) =>
            value?.$cstNode ? [`${nameText(param.$refText)} == ${value.$cstNode.text}`] : []
        ),
        ...(event.where?.$cstNode ? [event.where.$cstNode.text] : [])
    ];
    const removal = removeParts(partOf(event, 'listed') ?? keywordOf(event, 'where')!, event.$cstNode);
    if (conditions.length === 0) {
        return obvious('Remove the arguments', removal);
    }
    if (!(ast.isSubjectRule(owner) ? owner.subjects.length === 1 : ast.isNeverClaim(owner))) {
        return undefined;
    }
    const { when } = owner as ast.SubjectRule | ast.NeverClaim;
    const text = conditions.join(' and ');
    const edits = when ? [removal, insertBefore(when, `${text} and `)] : [{ ...removal, text: ` when ${text}` }];
    return obvious('Move the condition to `when`', ...edits);
}
