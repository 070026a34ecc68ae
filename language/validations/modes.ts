/**
 * Machines: GR450: none or several initial modes, GR451: a mode that nothing leads to, GR452: two transitions on one
 * event, GR455: a mode of a machine that is not active here.
 */
import { type AstNode, AstUtils } from 'langium';
import { MOST_OFFERED, obvious } from '../edits/edit.js';
import { insertAt, keywordOf, partOf, removeParts, removeStatement } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { overlap } from '../packs/grants.js';
import type { Inventory } from '../names/inventory.js';
import { selectedTools } from '../names/selectors.js';
import { termText } from '../types/terms.js';
import { lineOf, otherPlace, type Reporter, type ValidationRule } from './rule.js';
import { Gathered } from '../files/gathered.js';
import { type FileView, ofWholePolicy } from './file-checks.js';
import { nodesOfTypes } from '../text/contents.js';
import { INSTANCES, broughtBy } from '../packs/instances.js';

export const modes: ValidationRule = {
    codes: ['GR450', 'GR451', 'GR452', 'GR455'],
    checks: {
        Modes: (machine, report) => {
            if (machine.modes.length > 0) {
                checkInitial(machine, report);
                checkReachable(machine, report);
                checkConflicts(machine, report);
            }
        },
        PolicyFile: ofWholePolicy(checkMachinesThatAct)
    }
};

function checkInitial(machine: ast.Modes, report: Reporter): void {
    const [first, ...others] = machine.modes.filter((mode) => mode.initial);
    if (!first) {
        report.error(
            'GR450',
            [machine, 'name'],
            `"${machine.name}" has no initial mode, so it is not clear where it starts. Write \`initial\` after the name of the first one: \`${machine.modes[0]!.name} initial { … }\`.`,
            (problem) =>
                machine.modes.slice(0, MOST_OFFERED).map((mode, index) => ({
                    title: `Make \`${mode.name}\` the initial mode`,
                    changes: [insertAt(problem, partOf(mode, 'name')!.end, ' initial')],
                    isPreferred: index === 0
                }))
        );
    }
    for (const mode of others) {
        report.error(
            'GR450',
            [mode, 'initial'],
            `"${first!.name}" is the initial mode of "${machine.name}" already, in line ${lineOf(first!)}. Remove one \`initial\`.`,
            () => [obvious('Remove `initial`', removeParts(keywordOf(mode, 'initial')!))],
            { related: otherPlace(first!, 'It starts here.') }
        );
    }
}

function checkReachable(machine: ast.Modes, report: Reporter): void {
    const reached = new Set<ast.Mode | undefined>(machine.modes.filter((mode) => mode.initial));
    const all = [...machine.transitions, ...machine.modes.flatMap((mode) => mode.transitions)];
    if (reached.size === 0 || all.some((transition) => !transition.target?.ref)) {
        return;
    }
    machine.transitions.forEach((transition) => reached.add(transition.target?.ref));
    for (const mode of reached) {
        mode?.transitions.forEach((transition) => reached.add(transition.target?.ref));
        if (mode?.returnTo) {
            reached.add(mode.returnTo.ref);
        }
    }
    for (const mode of machine.modes.filter((one) => one.name && !reached.has(one))) {
        report.warning(
            'GR451',
            [mode, 'name'],
            `Nothing leads to the mode "${mode.name}", so its rules never apply. Write where it is entered: \`on EVENT enter ${mode.name}\`.`,
            () => [{ title: 'Remove this mode', changes: [removeStatement(mode)] }]
        );
    }
}

function checkConflicts(machine: ast.Modes, report: Reporter): void {
    for (const mode of machine.modes) {
        const all = [...mode.transitions, ...machine.transitions];
        mode.transitions.forEach((one, index) => checkConflict(one, all.slice(index + 1), report));
    }
    machine.transitions.forEach((one, index) => checkConflict(one, machine.transitions.slice(index + 1), report));
}

function checkConflict(transition: ast.Transition, others: readonly ast.Transition[], report: Reporter): void {
    const other = others.find((one) => meet(transition, one, report.inventory));
    if (other) {
        report.error(
            'GR452',
            [transition, 'event'],
            `\`${termText(transition.event)}\` may also be the event of line ${lineOf(other)}, and a machine takes one transition at a time. Remove one of the two, or distinguish them with \`when\`.`,
            () => [{ title: 'Remove this transition', changes: [removeStatement(transition)] }],
            { related: otherPlace(other, 'It is also an event of this transition.') }
        );
    }
}

/** True if some event certainly matches both: events that a condition distinguishes are not compared. */
function meet(a: ast.Transition, b: ast.Transition, inventory: Inventory): boolean {
    const [left, right] = [a.event, b.event];
    if (!left?.selector || !right?.selector || [a, b].some(isNarrowed) || !overlap(left.by, right.by)) {
        return false;
    }
    const named = ast.isEvent(left) && eventKey(left.selector);
    if (named !== undefined) {
        return named === eventKey(right.selector);
    }
    if (!atOnePlace(left.status ?? 'succeeded', right.status ?? 'succeeded') || !mayBeSamePerson(left, right)) {
        return false;
    }
    const tools = selectedTools(left.selector, inventory);
    return [...selectedTools(right.selector, inventory)].some(([tool, value]) => value === 2 && tools.get(tool) === 2);
}

function isNarrowed({ when, event }: ast.Transition): boolean {
    return when !== undefined || event.where !== undefined || event.args.length > 0;
}

/** The kind of an event that is not a tool. */
function eventKey(selector: ast.Selector): string | undefined {
    const isDeclared = ast.isToolSelector(selector) && ast.isOutsideEvent(selector.target?.ref);
    return isDeclared || ast.isDelegationSelector(selector) || ast.isUserSays(selector)
        ? termText(selector)
        : undefined;
}

const WITH_ATTEMPT = ['denied', 'held', 'released', 'succeeded', 'failed'];
const WITH_RELEASE = ['succeeded', 'failed', 'approved'];

/**
 * A call that is allowed at once is attempted and released at one place, and an approved call moves the machine at its
 * release.
 */
function atOnePlace(a: string, b: string): boolean {
    const together = (one: string, other: string): boolean =>
        (one === 'attempted' && WITH_ATTEMPT.includes(other)) ||
        (one === 'released' && WITH_RELEASE.includes(other)) ||
        (one === 'approved' && (other === 'succeeded' || other === 'failed'));
    return a === b || together(a, b) || together(b, a);
}

function mayBeSamePerson(a: ast.Event, b: ast.Event): boolean {
    const [left, right] = [a.approver?.ref, b.approver?.ref];
    return !left || !right || left === right || ast.isRole(left) || ast.isRole(right);
}

const NAMED_MODES = new Gathered((statement) => {
    const names = (node: AstNode): node is ast.InMode | ast.ModeEntered =>
        ast.isInMode(node) || ast.isModeEntered(node);
    return nodesOfTypes(statement, [ast.InMode.$type, ast.ModeEntered.$type], names);
});

const ACTING = new Gathered((statement, inventory: Inventory) => broughtBy(statement, inventory).filter(ast.isModes));

/** Rules act through the policy and its packs; an imported machine is only a name. */
function checkMachinesThatAct(view: FileView): void {
    const named = view.of(NAMED_MODES);
    if (named.length === 0) {
        return;
    }
    const acting = new Set(view.of(ACTING, view.inventory));
    const inPacks = new Set(
        view.of(INSTANCES, view.inventory).flatMap(({ pack }) => pack.elements.filter(ast.isModes))
    );
    for (const node of named) {
        const machine = node.mode?.ref?.$container;
        if (
            machine &&
            !acting.has(machine) &&
            !inPacks.has(machine) &&
            !AstUtils.getContainerOfType(node, ast.isPack)
        ) {
            view.error(
                'GR455',
                [node, 'mode'],
                `The machine "${machine.name}" is only imported, and an import brings names, not rules. Put it in a pack and \`use\` the pack, or write it here.`
            );
        }
    }
}
