/** Finds changes worth checking for a violated claim, the most direct first. */
import * as ast from '../../language/generated/ast.js';
import type { ClaimResult } from '../checker/results/result.js';
import type { Policy, Source } from '../model/policy/policy.js';
import { mayBe } from '../model/policy/truth.js';
import type { Change, EditedText } from './change.js';
import { adding } from './change.js';
import { rulesFromClaim } from './from-claim.js';
import { changesOfRules } from './from-rules.js';
import { rulesFromSession } from './from-session.js';
import { nameText } from '../model/text/typed-text.js';

export interface Changes {
    readonly changes: readonly Change[];
    /** True if no limit dropped any of them. */
    readonly isAll: boolean;
}

export function changesFor(edited: EditedText, uri: string, policy: Policy, claim: ClaimResult): Changes {
    const approvers = [...ofType(edited, ast.isHuman), ...ofType(edited, ast.isRole)].map(({ name }) =>
        nameText(name, 'StrictName')
    );
    const node = ofType(edited, ast.isClaim).find((one) => isAt(one, claim.usedAt ?? claim.source));
    const last = claim.trace?.steps[claim.trace.steps.length - 1];
    const rules = rulesFor(edited, uri, policy, claim);
    const ofRules = node ? changesOfRules(edited, rules, node) : { changes: [], isAll: true };
    const changes = [
        ...(node
            ? rulesFromClaim(node, approvers, last && nameText(last.actor, 'StrictName')).map((texts) =>
                  adding(edited, texts)
              )
            : []),
        ...ofRules.changes,
        ...(claim.trace ? rulesFromSession(claim.trace, approvers).map((texts) => adding(edited, texts)) : [])
    ];
    const isFirst = ({ text }: Change, index: number): boolean =>
        changes.findIndex((one) => one.text === text) === index;
    return { changes: changes.filter(isFirst), isAll: ofRules.isAll };
}

function ofType<Type>({ file }: EditedText, isType: (element: unknown) => element is Type): Type[] {
    return (file.elements as readonly unknown[]).filter(isType);
}

/**
 * The rules of the file that apply to the judged call, starting with those that decided it. Rules of packs are not
 * changed.
 */
function rulesFor(edited: EditedText, uri: string, policy: Policy, { trace }: ClaimResult): ast.Rule[] {
    const last = trace?.steps[trace.steps.length - 1];
    const tool = policy.tools.findIndex(({ name }) => name === last?.tool);
    const deciding = last?.rules.map(({ source }) => source) ?? [];
    const concerned = policy.rules
        .filter(({ subject, usedAt }) => mayBe(subject.tools[tool] ?? 0) && usedAt === undefined)
        .map(({ source }) => source);
    const nodes = edited.file.elements.filter(ast.isRule);
    const found = [...deciding, ...concerned]
        .filter((source) => source.uri === uri)
        .flatMap((source) => nodes.find((node) => isAt(node, source)) ?? []);
    return [...new Set(found)];
}

export function isAt(node: ast.Rule | ast.Claim, { start, end }: Source): boolean {
    const range = node.$cstNode?.range;
    return (
        range !== undefined &&
        range.end.line === end.line &&
        range.end.character === end.character &&
        (range.start.line < start.line || (range.start.line === start.line && range.start.character <= start.character))
    );
}
