/**
 * Transitions: GR453: an event that no transition can wait for, GR454: a transition that is never taken, because its
 * call never runs in its mode, GR471: a condition on a call where there is none.
 */
import { AstUtils } from 'langium';
import { type Fix, obvious } from '../edits/edit.js';
import { insertBefore, partOf, replacePart } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { atomsOf, confirmedTools } from '../names/conditions.js';
import { toolName } from '../names/inventory.js';
import { eventTools } from '../names/selectors.js';
import { needsCall } from './always.js';
import { list, type Reporter, type ValidationRule } from './rule.js';
import { type FileView, ofWholePolicy, statementsOfFile } from './file-checks.js';
import { ALLOWS, CLOSED } from '../packs/grants.js';

export const transitions: ValidationRule = {
    codes: ['GR453', 'GR454', 'GR471'],
    checks: {
        Transition: (transition, report) => {
            checkEvent(transition, report);
            checkCall(transition, report);
        },
        PolicyFile: ofWholePolicy(checkTaken)
    }
};

function checkEvent({ event }: ast.Transition, report: Reporter): void {
    const problem = event && problemOf(event);
    if (problem !== undefined) {
        report.error('GR453', event, problem, () => [
            event.status === 'running'
                ? obvious('Change to `released`', replacePart(partOf(event, 'status')!, 'released'))
                : undefined
        ]);
    }
}

/** Nobody makes an event from outside. It moves the machine of each agent, whose history its condition reads. */
function checkCall({ event, when, ...transition }: ast.Transition, report: Reporter): void {
    const { selector } = event ?? {};
    const isOutside =
        ast.isUserSays(selector) || (ast.isToolSelector(selector) && ast.isOutsideEvent(selector.target?.ref));
    if (!isOutside) {
        return;
    }
    const isOfAgents = AstUtils.getContainerOfType(transition.$container, ast.isModes)?.perAgent === true;
    for (const { atom, at } of atomsOf(when)) {
        const what = needsCall(atom);
        if (what !== undefined && !(isOfAgents && isOfAgent(atom))) {
            report.error(
                'GR471',
                at,
                `An event from outside is not a call, so ${what} has no meaning in this transition. Use a condition on earlier events${isOfAgents ? '' : ', or give each agent its own machine: `per agent`'}.`
            );
        }
    }
}

/** True if the condition is about an agent, and not about a call. */
function isOfAgent(atom: ast.Condition): boolean {
    const ofCall = AstUtils.streamAst(atom).find((node) => ast.isSameCall(node) || ast.isSameTool(node));
    return !ofCall && !ast.isApprovedBy(atom) && !ast.isAnyArgument(atom);
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

function checkTaken(view: FileView): void {
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
            const open = new Set<ast.Tool>(
                here.flatMap((allow) => allow.subjects.flatMap((event) => confirmedTools(event, inventory)))
            );
            [...closed, ...deniedHere].forEach((tool) => open.delete(tool));
            for (const { event } of mode.transitions) {
                const tools = event ? eventTools([event], inventory) : [];
                if (tools.length > 0 && NEEDS_RELEASE.includes(event.status) && !tools.some((tool) => open.has(tool))) {
                    view.warning(
                        'GR454',
                        event,
                        `${list(tools.map(toolName))} cannot run in the mode "${mode.name}", so this transition is never taken. Add an \`allow\` to the mode, or write \`on attempted …\` or \`on denied …\`.`,
                        () => attemptOf(event)
                    );
                }
            }
        }
    }
}

function attemptOf(event: ast.Event): Fix[] {
    const word = partOf(event, 'status');
    return ['attempted', 'denied'].map((text, index) => ({
        title: `Wait for \`${text}\``,
        changes: [word ? replacePart(word, text) : insertBefore(event, `${text} `)],
        isPreferred: index === 0
    }));
}
