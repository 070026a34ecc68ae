/**
 * What a pattern over the past cannot say: GR403 more than its own event inside `where`, GR404 an argument that is
 * no literal, GR405 `last is` of a chosen agent.
 */
import type { ValidationAcceptor } from 'langium';
import { atomsOf, countOf } from '../conditions.js';
import type { Condition, Event, LastIs } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { isCallPlace } from '../scopes.js';
import type { ValidationRule } from './rule.js';

export const patterns: ValidationRule = {
    codes: ['GR403', 'GR404', 'GR405'],
    checks: () => ({
        Event: (event, accept) => {
            checkWhere(event, accept);
            checkArguments(event, accept);
        },
        LastIs: checkLast
    })
};

function checkWhere(event: Event, accept: ValidationAcceptor): void {
    for (const { atom, at } of atomsOf(event.where)) {
        const what = beyondTheEvent(atom);
        if (what !== undefined) {
            accept(
                'error',
                `In this version of the language \`where\` asks only for the arguments of its event, not for ${what}. Move it out of \`where\`, if it may speak of now.`,
                { node: at, code: 'GR403' }
            );
        }
    }
}

function beyondTheEvent(atom: Condition): string | undefined {
    if (ast.isOnce(atom) || ast.isSince(atom) || ast.isLastIs(atom) || countOf(atom)) {
        return 'what happened before it';
    }
    if (ast.isCarries(atom)) {
        return 'the labels of that moment';
    }
    if (ast.isApprovedBy(atom)) {
        return 'its approvals';
    }
    return ast.isCallerIs(atom) ? 'its caller (write `by AGENT` after the tool)' : undefined;
}

function checkArguments(event: Event, accept: ValidationAcceptor): void {
    if (isCallPlace(event)) {
        // GR401 says that arguments mean nothing at all.
        return;
    }
    for (const argument of event.args) {
        const name = argument.param?.$refText;
        if (!name || ast.isLiteral(argument.value)) {
            continue;
        }
        const message = argument.value
            ? `In this version of the language an argument of a pattern is compared with a constant only: \`${name}: "…"\`.`
            : `In this version of the language a pattern cannot ask for the same \`${name}\` as the call has. Write a constant (\`${name}: "…"\`), or leave the argument out: then any \`${name}\` counts.`;
        accept('error', message, { node: argument, code: 'GR404' });
    }
}

function checkLast(condition: LastIs, accept: ValidationAcceptor): void {
    const event = condition.event;
    if (event?.by && !event.by.any) {
        accept(
            'error',
            '`last is` asks for the latest call of the agent that calls now; only `by any agent` can stand here. Remove the `by`, or write `caller is …` beside it.',
            { node: event, property: 'by', code: 'GR405' }
        );
    }
    if (event?.status === 'denied' || event?.status === 'held' || event?.status === 'attempted') {
        accept(
            'error',
            `\`last is\` looks at released calls only, and asks what became of the latest. Remove \`${event.status}\`, or write \`once ${event.status} …\`.`,
            { node: event, property: 'status', code: 'GR405' }
        );
    }
}
