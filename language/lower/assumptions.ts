/** Lowers `assume …`: steps that the agents do not choose, and their conditions (M26). */
import type { Assumption } from '../../server/model/policy/policy.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { isOfRequiredPack } from '../configuration/requirements.js';
import { lowerCondition } from './conditions.js';
import { type LoweringContext, sourceOf, textOf, usedAt } from './context.js';
import { lowerSubject } from './patterns.js';

export function lowerAssumption(assumption: tree.Assumption, context: LoweringContext): Assumption {
    const subjectOf = (event: tree.Event | undefined): Pick<Assumption, 'subject'> =>
        event ? { subject: lowerSubject([event.selector], event.by, context) } : {};
    const base = {
        when: lowerCondition(assumption.condition, context),
        ...context.annotations(assumption),
        ...context.doc(assumption),
        text: textOf(assumption),
        source: sourceOf(assumption),
        ...usedAt(assumption),
        ...(isOfRequiredPack(assumption) && { isRequired: true as const })
    };
    if (ast.isApprovalAssumption(assumption)) {
        const humans = context.peopleOf(assumption.approver.ref);
        return { kind: 'approval', humans, ...subjectOf(assumption.subject), ...base };
    }
    if (ast.isResultAssumption(assumption)) {
        return { kind: 'result', ...subjectOf(assumption.subject), ...base };
    }
    if (ast.isSignalAssumption(assumption)) {
        return { kind: 'signal', index: context.indexOf(context.signals, assumption.signal.ref), ...base };
    }
    if (ast.isEventAssumption(assumption)) {
        return { kind: 'event', index: context.indexOf(context.outsideEvents, assumption.event.ref), ...base };
    }
    if (ast.isAgentAssumption(assumption)) {
        const index = context.indexOf(context.agents, assumption.agent.ref);
        return { kind: 'agent', index, ...subjectOf(assumption.subject), ...base };
    }
    throw new Error(`an assumption of type ${assumption.$type} cannot be lowered`);
}
