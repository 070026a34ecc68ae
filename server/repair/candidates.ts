/** Finds changes worth checking for a violated claim, the most direct first. */
import * as ast from '../../language/generated/ast.js';
import type { ClaimResult, Trace } from '../checker/results/result.js';
import { breakingSession } from '../checker/results/verdict-words.js';
import type { Policy, Source } from '../model/policy/policy.js';
import { mayBe } from '../model/policy/truth.js';
import type { Change, EditedText } from './change.js';
import { adding, changing } from './change.js';
import type { PolicyEditor } from './editor.js';
import { rulesFromClaim } from './from-claim.js';
import { changesOfRules } from './from-rules.js';
import { rulesFromSession } from './from-session.js';
import { keptHistory, rememberingAll } from './kept-history.js';
import { nameText } from '../model/text/typed-text.js';

export interface Changes {
    readonly changes: readonly Change[];
    /** True if no limit dropped any of them. */
    readonly isAll: boolean;
}

/** @param isAcross true if the claim has to hold across sessions, too, so that rules have to look at all of them */
export function changesFor(editor: PolicyEditor, policy: Policy, claim: ClaimResult, isAcross: boolean): Changes {
    const { original: edited, uri } = editor;
    const trace = breakingSession(claim);
    const approvers = [...ofType(edited, ast.isHuman), ...ofType(edited, ast.isRole)].map(({ name }) =>
        nameText(name, 'StrictName')
    );
    const node = ofType(edited, ast.isClaim).find((one) => isAt(one, claim.usedAt ?? claim.source));
    const last = trace?.steps[trace.steps.length - 1];
    const rules = rulesFor(edited, uri, policy, trace);
    const added = (texts: readonly string[]): Change =>
        adding(edited, isAcross ? texts.map((text) => rememberingAll(text, editor)) : texts);
    const ofRules = isAcross
        ? { changes: rules.flatMap((rule) => remembering(edited, rule)), isAll: true }
        : node
          ? changesOfRules(edited, rules, node)
          : { changes: [], isAll: true };
    const ofClaim = node ? rulesFromClaim(node, approvers, last && nameText(last.actor, 'StrictName')).map(added) : [];
    const changes = [
        ...(isAcross ? [...ofRules.changes, ...ofClaim] : [...ofClaim, ...ofRules.changes]),
        ...(trace ? rulesFromSession(trace, approvers).map(added) : [])
    ];
    const isFirst = ({ text }: Change, index: number): boolean =>
        changes.findIndex((one) => one.text === text) === index;
    return { changes: changes.filter(isFirst), isAll: ofRules.isAll };
}

function remembering(edited: EditedText, rule: ast.Rule): Change[] {
    const replacements = keptHistory(rule);
    return replacements.length > 0 ? [changing(edited, rule, replacements)] : [];
}

function ofType<Type>({ file }: EditedText, isType: (element: unknown) => element is Type): Type[] {
    return (file.elements as readonly unknown[]).filter(isType);
}

/**
 * The rules of the file that apply to the judged call, starting with those that decided it. Rules of packs are not
 * changed.
 */
function rulesFor(edited: EditedText, uri: string, policy: Policy, trace: Trace | undefined): ast.Rule[] {
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
