/**
 * Rewrites rules in another form with the same decisions (M3, M8): `deny E unless C` is `require C for E`, and `limit E
 * to n` is `deny E when count(E) >= n`.
 */
import { type AstNode, type CstNode, CstUtils } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import { isOpenList } from '../../../../../language/names/selectors.js';
import { windowText } from '../../../../../language/parser/values.js';
import { keywordOf, partOf, replaceRange } from '../../../../../language/edits/edits.js';
import type { Place, Refactoring } from '../place.js';
import type { Fix } from '../../../../../language/edits/edit.js';
import { isNamedInScenario, lineOf } from './conditions.js';

export const rewriteRule: Refactoring = {
    kind: 'refactor.rewrite.rule',
    propose(place) {
        const rule = place.at(ast.isRule);
        if (!rule?.$cstNode || isNamedInScenario(rule, place.file)) {
            return [];
        }
        if (ast.isDeny(rule)) {
            return proposal('Rewrite as `require`', rule, keywordOf(rule, 'deny'), required(rule), place);
        }
        if (ast.isRequire(rule)) {
            return proposal('Rewrite as `deny`', rule, keywordOf(rule, 'require'), denied(rule), place);
        }
        return ast.isLimit(rule)
            ? proposal('Rewrite as `deny`', rule, keywordOf(rule, 'limit'), counted(rule), place)
            : [];
    }
};

/** Replaces the rule from its first word up to its reason. */
function proposal(
    title: string,
    rule: ast.Rule,
    start: CstNode | undefined,
    text: string | undefined,
    place: Place
): Fix[] {
    const because = keywordOf(rule, 'because');
    const last = because ? CstUtils.getPreviousNode(because, false) : rule.$cstNode;
    const hasComments = CstUtils.flattenCst(rule.$cstNode!).some((leaf) => leaf.hidden);
    if (!start || !last || text === undefined || hasComments) {
        return [];
    }
    return [{ title, changes: [replaceRange(place, start.offset, last.end, text)] }];
}

/** Writes `deny E when A unless C` as a `require`. */
function required({ subjects, when, unless }: ast.Deny): string | undefined {
    return unless && subjects.every(({ status }) => status === undefined)
        ? `require ${textOf(unless)} for ${listOf(subjects)}${when ? ` when ${textOf(when)}` : ''}`
        : undefined;
}

/** Writes `require C for E when A` as a `deny`. */
function denied({ subjects, condition, when, unless }: ast.Require): string | undefined {
    const guard = when ? ` when ${textOf(when)}` : '';
    return unless ? undefined : `deny ${listOf(subjects)}${guard} unless ${textOf(condition)}`;
}

function counted(limit: ast.Limit): string | undefined {
    const event = limit.total?.event ?? limit.event;
    const bound = partOf(limit, 'bound') ?? partOf(limit, 'boundParam') ?? partOf(limit, 'value');
    const isBare = event && !event.status && !event.listed && !event.by && !event.where && !limit.total?.where;
    const keys = limit.per.map((term) => (ast.isReference(term) && !term.called ? textOf(term) : undefined));
    if (!isBare || !bound || keys.includes(undefined) || limit.total?.result) {
        return undefined;
    }
    const limited = textOf(event.selector);
    const window = (partOf(limit, 'within') ?? partOf(limit, 'withinParam'))?.text ?? windowText(limit);
    const span = `${window === undefined ? '' : ` within ${window}`}${limit.across ? ' across sessions' : ''}`;
    const listed = isOpenList(event.selector) ? `[${limited}]` : limited;
    const pattern = keys.length > 0 ? `${listed}(${keys.join(', ')})` : listed;
    const guard = limit.when ? `(${textOf(limit.when)}) and ` : '';
    const unless = limit.unless ? ` unless ${textOf(limit.unless)}` : '';
    if (!limit.total) {
        return `deny ${limited} when ${guard}count(${pattern}${span}) >= ${bound.text}${unless}`;
    }
    const field = partOf(limit.total, 'field')?.text;
    return (
        field && `deny ${limited} when ${guard}total(${pattern}.${field}${span}) + ${field} > ${bound.text}${unless}`
    );
}

function listOf(subjects: readonly ast.Event[]): string {
    return subjects.map(textOf).join(', ');
}

function textOf({ $cstNode }: AstNode): string {
    return $cstNode ? lineOf($cstNode) : '';
}
