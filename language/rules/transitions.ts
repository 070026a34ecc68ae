/**
 * Transitions: GR453: an event that no transition can wait for, GR454: a transition that is never taken, because its
 * call never runs in its mode.
 */
import type { ValidationAcceptor } from 'langium';
import { AstUtils } from 'langium';
import type { Tool, Transition } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { confirmedTools } from '../conditions.js';
import { toolName } from '../inventory.js';
import { eventTools } from '../selectors.js';
import type { ValidationRule } from './rule.js';
import { list } from './rule.js';
import { ofWholePolicy, statementsOfFile } from './file-checks.js';
import { ALLOWS, CLOSED } from '../grants.js';
import type { FileView } from './file-checks.js';

export const transitions: ValidationRule = {
    codes: ['GR453', 'GR454'],
    checks: (services) => ({
        Transition: checkEvent,
        PolicyFile: ofWholePolicy(services, checkTaken)
    })
};

function checkEvent({ event }: Transition, accept: ValidationAcceptor): void {
    const problem = event && problemOf(event);
    if (problem !== undefined) {
        accept('error', problem, { node: event, code: 'GR453' });
    }
}

function problemOf(event: ast.Event): string | undefined {
    const { selector } = event;
    if (ast.isSameCall(selector) || ast.isSameTool(selector) || event.by?.caller || event.by?.same) {
        return 'A transition is taken when its event happens: there is no other call to compare it with. Name the tool and the agents.';
    }
    if (ast.isSessionStart(selector)) {
        return 'At the start every machine is in its initial mode. Write `initial` after another mode.';
    }
    if (ast.isModeEntered(selector)) {
        return 'A transition waits for an event, not for another transition. Name the event that enters that mode.';
    }
    if (event.status === 'running') {
        return '`running` is not a moment. Write `released`, for the moment when the call is released.';
    }
    return undefined;
}

/** The calls that must have been allowed for the event to happen. */
const NEEDS_RELEASE: readonly (string | undefined)[] = [undefined, 'succeeded', 'released', 'failed', 'approved'];

const MACHINES = statementsOfFile(ast.isModes);

function checkTaken(view: FileView, accept: ValidationAcceptor): void {
    const machines = view.of(MACHINES);
    if (machines.length === 0) {
        return;
    }
    const { inventory } = view;
    const allows = view.of(ALLOWS, inventory);
    const closed = new Set(
        view
            .of(CLOSED, inventory)
            .filter(({ event }) => !event.by)
            .flatMap(({ tools }) => tools)
    );
    for (const machine of machines) {
        for (const mode of machine.modes) {
            const deniedHere = mode.elements
                .filter(ast.isDeny)
                .filter((deny) => !deny.when && !deny.unless && !deny.audit)
                .flatMap((deny) =>
                    eventTools(
                        deny.subjects.filter(({ by, status }) => !by && status === undefined),
                        inventory
                    )
                );
            // Another machine may be in any of its modes.
            const here = allows.filter((allow) => {
                const place = AstUtils.getContainerOfType(allow, ast.isMode);
                return place === mode || place?.$container !== machine;
            });
            const open = new Set<Tool>(
                here.flatMap((allow) => allow.subjects.flatMap((event) => confirmedTools(event, inventory)))
            );
            [...closed, ...deniedHere].forEach((tool) => open.delete(tool));
            for (const { event } of mode.transitions) {
                const tools = event ? eventTools([event], inventory) : [];
                if (tools.length > 0 && NEEDS_RELEASE.includes(event.status) && !tools.some((tool) => open.has(tool))) {
                    accept(
                        'warning',
                        `${list(tools.map(toolName))} cannot run in the mode "${mode.name}", so this transition is never taken. Add an \`allow\` to the mode, or write \`on attempted …\` or \`on denied …\`.`,
                        { node: event, code: 'GR454' }
                    );
                }
            }
        }
    }
}
