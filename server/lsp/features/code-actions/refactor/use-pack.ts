/** Replaces statements that are equivalent to a pack by a use of the pack. */
import { type AstNode, DocumentState, URI } from 'langium';
import { DiagnosticSeverity } from 'vscode-languageserver';
import * as ast from '../../../../../language/generated/ast.js';
import { visibleDocuments } from '../../../../../language/files/imports.js';
import { STD_PATH, STD_TEXT, STD_URI } from '../../../../../language/library/std.js';
import { namedElements } from '../../../../../language/names/visible.js';
import { lower } from '../../../../../language/lower/index.js';
import { assumes, grants } from '../../../../../language/packs/pack.js';
import type { Policy } from '../../../../model/policy/policy.js';
import { removeStatement, replaceNode } from '../../../../../language/edits/edits.js';
import { importing } from '../../../../../language/validations/unknown-names/import.js';
import { isBuiltin } from '../../../../../language/library/builtin.js';
import type { LanguageServices } from '../../../services.js';
import type { Place, Refactoring } from '../place.js';
import type { Edit, Fix } from '../../../../../language/edits/edit.js';
import { isNamedInScenario } from './conditions.js';
import { type Argument, type Arguments, unify } from './unify.js';
import { nameText } from '../../../../model/text/typed-text.js';
type Statement = ast.Rule | ast.Claim;

export const usePack: Refactoring = {
    kind: 'refactor.rewrite.pack',
    propose(place) {
        const statement = place.at((node): node is Statement => isStatement(node) && ast.isPolicyFile(node.$container));
        if (!statement || !place.file.policy || !isSound(place)) {
            return [];
        }
        return packsFor(place).flatMap((pack) => instead(pack, statement, place) ?? []);
    }
};

function isStatement(node: unknown): node is Statement {
    return ast.isRule(node) || ast.isClaim(node);
}

/** The meaning of a text with errors is unknown. */
function isSound({ document, services }: Place): boolean {
    return visibleDocuments(document, services.shared.workspace.LangiumDocuments).every(({ diagnostics, uri }) =>
        isBuiltin(uri) ? true : diagnostics?.every(({ severity }) => severity !== DiagnosticSeverity.Error)
    );
}

/** The packs visible in the file, and those of the language. */
function packsFor({ inventory, services }: Place): ast.Pack[] {
    const visible = namedElements(inventory).filter(({ element }) => ast.isPack(element));
    const names = new Set(visible.map(({ name }) => name));
    const packs = new Set(visible.map(({ element }) => element as ast.Pack));
    return [...packs, ...standardPacks(services).filter((pack) => !packs.has(pack) && !names.has(pack.name))];
}

/** The name by which the file calls the pack; undefined if it has to be imported. */
function nameIn({ inventory }: Place, pack: ast.Pack): string | undefined {
    return namedElements(inventory).find(({ element }) => element === pack)?.name;
}

const STANDARD = new WeakMap<LanguageServices, readonly ast.Pack[]>();

/** Their document is part of the workspace only if some file imports it. */
function standardPacks(services: LanguageServices): readonly ast.Pack[] {
    const { LangiumDocuments, LangiumDocumentFactory } = services.shared.workspace;
    const uri = URI.parse(STD_URI);
    let packs = STANDARD.get(services);
    if (!packs) {
        const document = LangiumDocuments.getDocument(uri) ?? LangiumDocumentFactory.fromString(STD_TEXT, uri);
        if (document.state < DocumentState.ComputedScopes) {
            // Names in this document are resolved on demand.
            document.state = DocumentState.ComputedScopes;
        }
        packs = (document.parseResult.value as ast.PolicyFile).elements.filter(ast.isPack);
        STANDARD.set(services, packs);
    }
    return packs;
}

function instead(pack: ast.Pack, statement: Statement, place: Place): Fix | undefined {
    const { elements } = pack;
    const others = place.file.elements.filter(isStatement).filter((each) => isReplaceable(each, place.file));
    const own = elements.every(isStatement) && isReplaceable(statement, place.file) ? elements : [];
    for (const element of own) {
        const known = unify(element, statement, new Map());
        const rest = own.filter((other) => other !== element);
        const match =
            known &&
            matched(
                rest,
                others.filter((other) => other !== statement),
                { known, statements: [statement] }
            );
        const use = match && useOf(pack, match.known, place);
        if (use && isSame(use.node, match.statements, place)) {
            return {
                title: `Use the pack \`${nameIn(place, pack) ?? pack.name}\` instead`,
                changes: changesFor(use.text, match.statements, pack, place)
            };
        }
    }
    return undefined;
}

/**
 * True if a use of a pack would lose no part of the statement, such as an annotation, or the words by which a scenario
 * names the rule.
 */
function isReplaceable(statement: Statement, file: ast.PolicyFile): boolean {
    return statement.annotations.length === 0 && !isNamedInScenario(statement, file);
}

interface Match {
    readonly known: Arguments;
    readonly statements: readonly Statement[];
}

/** One statement for each element of a pack. */
function matched(elements: readonly Statement[], statements: readonly Statement[], match: Match): Match | undefined {
    const [first, ...rest] = elements;
    if (!first) {
        return match;
    }
    for (const statement of statements) {
        const known = unify(first, statement, match.known);
        const found =
            known &&
            matched(
                rest,
                statements.filter((other) => other !== statement),
                {
                    known,
                    statements: [...match.statements, statement]
                }
            );
        if (found) {
            return found;
        }
    }
    return undefined;
}

/** Undefined if the statements do not determine a parameter. */
function useOf(pack: ast.Pack, known: Arguments, place: Place): { text: string; node: ast.Use } | undefined {
    const given: [ast.PackParam, Argument][] = [];
    for (const param of pack.params) {
        const argument = known.get(param);
        if (!argument && !param.initial) {
            return undefined;
        }
        if (argument && argument.text !== param.initial?.$cstNode?.text) {
            given.push([param, argument]);
        }
    }
    const name = nameIn(place, pack) ?? pack.name;
    const said = [...(grants(pack) ? ['granting'] : []), ...(assumes(pack) ? ['assuming'] : [])];
    const list = given.map(([param, { text }]) => `${nameText(param.name, 'Name')}: ${text}`).join(', ');
    const args = given.map(([param, { value }]) => ({ $type: ast.UseArgument.$type, param: to(param), value }));
    const node = {
        $type: ast.Use.$type,
        $container: place.file,
        pack: { ...to(pack), $refText: name },
        args,
        annotations: [],
        granting: grants(pack),
        assuming: assumes(pack)
    };
    return {
        text: [`use ${nameText(name, 'Name')}(${list})`, said.join(', ')].join(' ').trimEnd(),
        node: node as unknown as ast.Use
    };
}

function to(target: AstNode & { name: string }): { ref: AstNode; $refText: string } {
    return { ref: target, $refText: target.name };
}

/** True if the policy with the use has the same meaning: the same lowered rules and claims, in any order. */
function isSame(use: ast.Use, statements: readonly Statement[], { file, services }: Place): boolean {
    const elements = file.elements.filter((element) => !statements.includes(element as Statement));
    const changed = { ...file, elements: [...elements, use] } as ast.PolicyFile;
    const [before, after] = [file, changed].map((each) => meaningOf(lower(each, services))) as [string[], string[]];
    return before.length === after.length && before.every((text, index) => text === after[index]);
}

function meaningOf(policy: Policy): string[] {
    const text = (value: unknown): string =>
        JSON.stringify(value, (field, part: unknown) =>
            WRITTEN.has(field) ? undefined : field === 'monitor' ? text(policy.monitors[part as number]) : part
        );
    return [...policy.rules, ...policy.claims].map(text).sort();
}

/** The properties for wording and places. */
const WRITTEN: ReadonlySet<string> = new Set(['source', 'usedAt', 'text', 'doc', 'because', 'annotations', 'name']);

function changesFor(text: string, statements: readonly Statement[], pack: ast.Pack, place: Place): Edit[] {
    const [first, ...rest] = [...statements].sort((a, b) => a.$cstNode!.offset - b.$cstNode!.offset);
    const isImported = nameIn(place, pack) !== undefined;
    return [
        ...(isImported ? [] : [importing(place, STD_URI, pack.name, STD_PATH)]),
        replaceNode(first!, text),
        ...rest.map((statement) => removeStatement(statement))
    ];
}
