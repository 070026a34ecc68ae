/** Fixes a word or clause that is superfluous, missing, or wrong. */
import type { AstNode } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import {
    insertAt,
    insertBefore,
    keywordOf,
    partOf,
    removeLeading,
    removeParts,
    replaceMarked,
    replaceRange
} from '../../../../../language/edits/edits.js';
import type { Proposal } from '../proposal.js';
import type { Fix } from './fix.js';
import { obvious } from './fix.js';
import { nameText } from '../../../../model/text/typed-text.js';
/** The codes that mark a misplaced status word, or `by …`. */
const status: Fix = {
    codes: ['GR401', 'GR405', 'GR429', 'GR481'],
    summary: 'Remove a status word or a `by` that has no meaning in its place',
    propose: (problem) => {
        const event = problem.at(ast.isEvent);
        const word = event && partOf(event, 'status');
        if (word?.offset === problem.from && word.end === problem.to) {
            return [obvious(`Remove \`${word.text}\``, removeLeading(problem, word))];
        }
        const by = event && partOf(event, 'by');
        if (!event || !by || by.offset !== problem.from) {
            return [];
        }
        const keyword = keywordOf(event, 'by')!;
        const removal = obvious(`Remove \`by ${by.text}\``, removeParts(problem, keyword, by));
        return problem.code === 'GR405'
            ? [obvious('Change to `by any agent`', replaceMarked(problem, 'any agent')), removal]
            : [removal];
    }
};

/** Turns arguments and a `where` of the decided call into a condition of the rule or claim. */
const headCondition: Fix = {
    codes: ['GR401'],
    summary: 'Move conditions on the arguments of the decided call to `when`',
    propose: (problem) => {
        const event = problem.at(ast.isEvent);
        const owner = event?.$container;
        if (!event?.$cstNode || !ast.isEvent(event)) {
            return [];
        }
        const first = partOf(event, 'listed');
        const where = keywordOf(event, 'where');
        const isArgument = first !== undefined && problem.from >= first.offset;
        const conditions = [
            ...event.args.flatMap(({ param, value }) =>
                value?.$cstNode ? [`${nameText(param.$refText, 'Name')} == ${value.$cstNode.text}`] : []
            ),
            ...(event.where?.$cstNode ? [event.where.$cstNode.text] : [])
        ];
        const start = first?.offset ?? where?.offset;
        const isHere = isArgument || where !== undefined;
        const canAsk = (ast.isSubjectRule(owner) && owner.subjects.length === 1) || ast.isNeverClaim(owner);
        if (!isHere || start === undefined) {
            return [];
        }
        const removal = replaceRange(problem, endBefore(problem.text, start), event.$cstNode.end, '');
        if (conditions.length === 0) {
            return [obvious('Remove the arguments', removal)];
        }
        if (!canAsk) {
            return [];
        }
        const text = conditions.join(' and ');
        const when = owner.when?.$cstNode;
        const edits = when
            ? [removal, insertAt(problem, when.offset, `${text} and `)]
            : [{ ...removal, text: ` when ${text}` }];
        return [obvious(`Move the condition to \`when\``, ...edits)];
    }
};

/** Fixes `call.amount` where a plain name already refers to the call. */
const plainName: Fix = {
    codes: ['GR403'],
    summary: 'Remove `call.` where a plain name already means the call',
    propose: (problem) => {
        const access = problem.at(ast.isFieldAccess);
        const field = access && partOf(access, 'field');
        const isInside = access && hasEventAround(access);
        return field && !isInside ? [obvious('Remove `call.`', replaceMarked(problem, field.text))] : [];
    }
};

function hasEventAround(node: AstNode): boolean {
    for (let current: AstNode | undefined = node; current; current = current.$container) {
        if (current.$containerProperty === 'where' || ast.isLatestIs(current.$container)) {
            return true;
        }
    }
    return false;
}

const oneInitial: Fix = {
    codes: ['GR450'],
    summary: 'Mark the first mode as `initial`, or remove a second `initial`',
    propose: (problem) => {
        const mode = problem.at(ast.isMode);
        const second = mode && keywordOf(mode, 'initial');
        if (second) {
            return [obvious('Remove `initial`', removeParts(problem, second))];
        }
        const modes = problem.at(ast.isModes)?.modes ?? [];
        return modes.slice(0, MOST).flatMap((one, index): Proposal[] => {
            const name = partOf(one, 'name');
            const title = `Make \`${one.name}\` the initial mode`;
            return name
                ? [{ title, changes: [insertAt(problem, name.end, ' initial')], isPreferred: index === 0 }]
                : [];
        });
    }
};

const MOST = 3;

const transitionStatus: Fix = {
    codes: ['GR453', 'GR454'],
    summary: 'Wait for the release instead of `running`, or for the attempt of a call that cannot run',
    propose: (problem) => {
        const event = problem.at(ast.isEvent);
        const word = event && partOf(event, 'status');
        if (problem.code === 'GR453') {
            return word?.text === 'running'
                ? [obvious('Change to `released`', replaceRange(problem, word.offset, word.end, 'released'))]
                : [];
        }
        if (!event?.$cstNode) {
            return [];
        }
        return ['attempted', 'denied'].map((text, index) => ({
            title: `Wait for \`${text}\``,
            changes: [word ? replaceRange(problem, word.offset, word.end, text) : insertBefore(event, `${text} `)],
            isPreferred: index === 0
        }));
    }
};

const longer: Fix = {
    codes: ['GR415'],
    summary: 'Give a duration of zero a length',
    propose: (problem) => [obvious('Change to `15m`', replaceMarked(problem, '15m'))]
};

const quorum: Fix = {
    codes: ['GR419'],
    summary: 'Correct a bound or a quorum that cannot be met',
    propose: (problem) => {
        const rule = problem.at(ast.isRequireApproval);
        const approver = rule?.approver.ref;
        const people = ast.isRole(approver) ? new Set(approver.members.map(({ ref }) => ref)).size : 1;
        const number = rule && (rule.quorum ?? 0) > 1 ? people : 1;
        return [obvious(`Change to \`${number}\``, replaceMarked(problem, String(number)))];
    }
};

function endBefore(text: string, offset: number): number {
    return text.slice(0, offset).trimEnd().length;
}

export const words: readonly Fix[] = [status, headCondition, plainName, oneInitial, transitionStatus, longer, quorum];
