/**
 * GR350: a clock without a time zone, or with an invalid one; GR351: an invalid time or date, an empty range, and windows
 * of the calendar that nothing stored can fill.
 */
import { type AstNode, AstUtils } from 'langium';
import { MOST_OFFERED, type Fix, type Fixes, obvious } from '../edits/edit.js';
import { partOf, removeStatement, replaceMarked, replacePart, addStatement } from '../edits/edits.js';
import { hasResult, isOfResults } from './results.js';
import * as ast from '../generated/ast.js';
import { nameOwner } from '../names/name-owner.js';
import { nearby, nearest } from '../text/spelling.js';
import { windowText } from '../parser/values.js';
import { type Reporter, statementsOf, type ValidationRule } from './rule.js';
import { Gathered } from '../files/gathered.js';
import { type FileView, ofWholePolicy, statementsOfFile } from './file-checks.js';
import { nodesOfTypes } from '../text/contents.js';

export const clock: ValidationRule = {
    codes: ['GR350', 'GR351'],
    checks: {
        PolicyFile: ofWholePolicy(checkDeclared),
        Timezone: checkZone,
        TimeIn: (node, report) => {
            const from = checkTime(node, 'from', 23, report);
            const to = checkTime(node, 'to', 24, report);
            if (from && to && node.from === node.to) {
                report.error(
                    'GR351',
                    node,
                    'This range is empty, because a range does not include its end. For the whole day, write `00:00..24:00`.',
                    otherRange(node, 'Write the whole day', '00:00..24:00')
                );
            }
        },
        DateIn: (node, report) => {
            const from = checkDate(node, 'from', report);
            const to = checkDate(node, 'to', report);
            if (from && to && node.from >= node.to) {
                report.error(
                    'GR351',
                    node,
                    `This range contains no date, because a range does not include its end.${node.from === node.to ? ` For that day, write ${node.from} and the day after it.` : ' Write the earlier date first.'}`,
                    laterRange(node)
                );
            }
        },
        LastIs: (node, report) => {
            if (isOfCalendar(node)) {
                report.error(
                    'GR351',
                    [node, 'period'],
                    `\`last is\` keeps the age of one call, not its date. Add it as a condition of its own: \`last is … and once … by caller within ${windowText(node)}\`.`
                );
            }
        },
        Since: (node, report) => {
            if (node.start && isOfCalendar(node)) {
                reportStart(node, report);
            }
        },
        Once: (node, report) => {
            if (ast.isSessionStart(node.event?.selector) && isOfCalendar(node)) {
                reportStart(node, report);
            }
        },
        TimeConstant: (node, report) => {
            checkDate(node, 'date', report);
        },
        Now: (node, report) => {
            // A result is withheld, or not, when it arrives.
            if (hasResult(node) && !isOfResults(nameOwner(node)?.node)) {
                report.error(
                    'GR351',
                    node,
                    'Inside `where`, `now` would be the moment of that event. To compare with the moment of the decision, write `within 5m` behind the event, or compare `now` with `time of latest E.…`.'
                );
            }
        },
        AtStep: (node, report) => {
            checkTime(node, 'time', 23, report);
            checkDate(node, 'date', report);
        }
    }
};

function reportStart(node: ast.Once | ast.Since, report: Reporter): void {
    report.error(
        'GR351',
        [node, 'period'],
        'The start of a session has an age, but no date. Write a duration: `since start within 24h`.'
    );
}

function isOfCalendar(node: AstNode): node is ast.Windowed {
    return ast.isWindowed(node) && node.period !== undefined;
}

/** An instant that depends on the time zone, or on the clock. */
function isTime(node: AstNode): boolean {
    return ast.isNow(node) || ast.isTimeOf(node) || (ast.isTimeConstant(node) && node.date !== undefined);
}

function checkDeclared(view: FileView): void {
    if (view.has(ZONES)) {
        return;
    }
    const node = view.of(CLOCK_USES)[0];
    if (node) {
        view.error(
            'GR350',
            node,
            'No time zone is declared here. Declare one in the policy: `timezone "Europe/Berlin"`.',
            (problem) =>
                [...new Set(['UTC', Intl.DateTimeFormat().resolvedOptions().timeZone])].map((name, index) => ({
                    title: `Declare \`timezone "${name}"\``,
                    changes: [addStatement(problem, 'Timezone', `timezone "${name}"`)],
                    isPreferred: index === 0
                }))
        );
    }
}

const ZONES = statementsOfFile(ast.isTimezone);

function checkZone(node: ast.Timezone, report: Reporter): void {
    const { zone } = node;
    if (zone === undefined) {
        return;
    }
    const add = (severity: 'error' | 'warning', message: string): void =>
        report.add(severity, 'GR350', node, message, () => otherZones(node));
    const file = AstUtils.getContainerOfType(node, ast.isPolicyFile);
    if (statementsOf(node, ast.isTimezone)[0] !== node) {
        add('error', 'A policy has one time zone. Remove all but one.');
    } else if (!isZone(zone)) {
        const known = nearest(zone, Intl.supportedValuesOf('timeZone'));
        add(
            'error',
            `There is no time zone ${JSON.stringify(zone)}. ${known === undefined ? 'Write its IANA name, such as "Europe/Berlin" or "UTC".' : `Did you mean ${JSON.stringify(known)}?`}`
        );
    } else if (file && !file.policy) {
        add('warning', 'An import brings only names, so this has no effect. Write it in the policy.');
    }
}

/** True for a name in the IANA database that the platform supports; a bare offset is not one. */
function isZone(name: string): boolean {
    try {
        new Intl.DateTimeFormat('en', { timeZone: name }).format();
        return /^[A-Za-z]/.test(name);
    } catch {
        return false;
    }
}

function checkTime<N extends ast.TimeIn | ast.AtStep>(
    node: N,
    property: 'from' | 'to' | 'time',
    lastHour: 23 | 24,
    report: Reporter
): boolean {
    const text = (node as { from?: string; to?: string; time?: string })[property];
    if (text === undefined) {
        return false;
    }
    const [hour = '', minute = ''] = text.split(':');
    const minutes = Number(hour) * 60 + Number(minute);
    const isTime = hour.length === 2 && Number(minute) < 60 && minutes < (lastHour === 24 ? 1441 : 1440);
    if (!isTime) {
        const padded = hour.length === 1 && Number(minute) < 60 ? `0${text}` : undefined;
        report.error(
            'GR351',
            [node, property as never],
            `${text} is not a time of day. ${padded === undefined ? 'Write it in 24 hours, from 00:00 to 23:59.' : `Write ${padded}.`}`,
            (problem) => [
                padded === undefined ? undefined : obvious(`Change to \`${padded}\``, replaceMarked(problem, padded))
            ]
        );
    }
    return isTime;
}

function checkDate<N extends ast.DateIn | ast.AtStep | ast.TimeConstant>(
    node: N,
    property: 'from' | 'to' | 'date',
    report: Reporter
): boolean {
    const text = (node as { from?: string; to?: string; date?: string })[property];
    if (text === undefined) {
        return false;
    }
    const day = new Date(`${text}T00:00:00Z`);
    const isDate = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) && text > '0001';
    if (!isDate) {
        report.error(
            'GR351',
            [node, property as never],
            `There is no ${text}: a date is written as year-month-day, such as 2026-01-31.`
        );
    }
    return isDate;
}

/** The places where the policy uses the clock: directly, or through a definition or pack of another file. */
const CLOCK_USES = new Gathered<AstNode>((statement) => {
    const used = new Map<ast.Definition | ast.Pack, boolean>();
    const document = AstUtils.getDocument(statement);
    const asks = (node: AstNode): boolean => {
        const target = ast.isReference(node) ? node.target?.ref : ast.isUse(node) ? node.pack?.ref : undefined;
        if (ast.isClockCondition(node) || ast.isAtStep(node) || isOfCalendar(node) || isTime(node)) {
            return true;
        }
        if ((!ast.isDefinition(target) && !ast.isPack(target)) || AstUtils.getDocument(target) === document) {
            return false;
        }
        let known = used.get(target);
        if (known === undefined) {
            used.set(target, false);
            known = asksInside(target);
            used.set(target, known);
        }
        return known;
    };
    const asksInside = (node: AstNode): boolean => AstUtils.streamAllContents(node).some(asks);
    const types = [
        ...[ast.Reference.$type, ast.Use.$type, ast.ClockCondition.$type, ast.AtStep.$type, ast.Windowed.$type],
        ...[ast.Now.$type, ast.TimeOf.$type, ast.TimeConstant.$type]
    ];
    return nodesOfTypes(statement, types, (node): node is AstNode => asks(node));
});

function otherZones(node: ast.Timezone): Fix[] {
    if (statementsOf(node, ast.isTimezone)[0] !== node) {
        return [obvious('Remove this', removeStatement(node))];
    }
    return nearby(node.zone, Intl.supportedValuesOf('timeZone'))
        .slice(0, MOST_OFFERED)
        .map((name, index) => ({
            title: `Change to "${name}"`,
            changes: [replacePart(partOf(node, 'zone')!, `"${name}"`)],
            isPreferred: index === 0
        }));
}

function otherRange(node: ast.TimeIn | ast.DateIn, title: string, text: string): Fixes {
    return () => {
        const edit = replacePart(partOf(node, 'from')!, text);
        const { end } = partOf(node, 'to')!.range;
        return [obvious(title, { ...edit, range: { start: edit.range.start, end } })];
    };
}

/** The day alone, or the earlier date first. */
function laterRange(node: ast.DateIn): Fixes {
    const { from, to } = node;
    const next = new Date(Date.parse(`${from}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
    const text = from === to ? `${from}..${next}` : `${to}..${from}`;
    return otherRange(node, `Write \`${text}\``, text);
}

const DAY_MS = 24 * 60 * 60 * 1000;
