/** GR220: a name declared twice, including across imported files; GR221: an agent and a human with the same name. */
import { type AstNode, AstUtils, type LangiumDocument, UriUtils } from 'langium';
import { type Fix } from '../edits/edit.js';
import { removeItem, removeStatement } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import { renamedEverywhere, renamedHere } from '../edits/rename.js';
import * as ast from '../generated/ast.js';
import { importsOf, resolveImport, visibleDocuments } from '../files/imports.js';
import { type GuardrailServices, toolName } from '../names/inventory.js';
import { BUILTIN_URI } from '../library/builtin.js';
import { lineOf, otherPlace, type Reporter, type ValidationRule } from './rule.js';
import { Gathered } from '../files/gathered.js';
import { type FileCheck, type FileView, ofFile, statementsOfFile } from './file-checks.js';

const ALREADY = 'The name is declared here.';

type Named = AstNode & { name: string };

/** Kinds of declarations that share names, with their names in a sentence. */
interface Space {
    readonly word: string;
    readonly own: Gathered<Named>;
    readonly of: (element: ast.Element) => readonly Named[];
    /** Only elements of the file itself count: rules, claims and scenarios are not imported. */
    readonly isOwn?: true;
    /** Gateways and recordings use the names, so that two of one name are one to them, whatever a file can name. */
    readonly isKnownToGateways?: true;
}

const SPACES: readonly Space[] = [
    {
        ...space<ast.Server>('tool', ast.isServer, (server) => server.tools.filter((tool) => tool.name)),
        isKnownToGateways: true
    },
    space<ast.Label>('label', ast.isLabel),
    space<ast.Trait>('trait', ast.isTrait),
    { ...space<ast.Agent>('agent', ast.isAgent), isKnownToGateways: true },
    { ...space<ast.Human>('human', ast.isHuman), isKnownToGateways: true },
    space<ast.Role>('role', ast.isRole),
    { ...space<ast.OutsideEvent>('event', ast.isOutsideEvent), isKnownToGateways: true },
    { ...space<ast.Signal>('signal', ast.isSignal), isKnownToGateways: true },
    { ...space<ast.SessionConstant>('session constant', ast.isSessionConstant), isKnownToGateways: true },
    space<ast.Group>('group', ast.isGroup),
    space<ast.Definition>('definition', ast.isDefinition),
    space<ast.Modes>('machine', ast.isModes),
    space<ast.Pack>('pack', ast.isPack),
    {
        ...space<ast.Claim>('claim', ast.isClaim, (claim) => (claim.name === undefined ? [] : [claim as Named])),
        isOwn: true
    },
    { ...space<ast.Scenario>('scenario', ast.isScenario), isOwn: true }
];

function space<T extends ast.Element>(
    word: string,
    is: (element: unknown) => element is T,
    names: (element: T) => readonly Named[] = (element) => [element as unknown as Named]
): Space {
    const of = (element: ast.Element): readonly Named[] => (is(element) ? names(element) : []);
    return { word, own: new Gathered((statement) => of(statement).filter(({ name }) => name)), of };
}

export const duplicates: ValidationRule = {
    codes: ['GR220', 'GR221'],
    checks: {
        PolicyFile: ofFile(
            ...SPACES.map(
                (space): FileCheck =>
                    (view, services) =>
                        checkSpace(space, view, services)
            ),
            checkAgentsAndHumans,
            checkSharedPlaces
        ),
        Modes: (machine, report) => reportRepeated(machine.modes, 'mode', report),
        Tool: (tool, report) => reportRepeated(tool.params, 'parameter', report),
        RecordType: (type, report) => reportRepeated(type.fields, 'field', report),
        Definition: (definition, report) => reportRepeated(definition.params, 'parameter', report),
        ToolsParam: (param, report) => reportRepeated(param.params, 'parameter', report),
        Pack: (pack, report) => {
            const local = pack.elements.filter((element) => ast.isGroup(element) || ast.isDefinition(element));
            reportRepeated([...pack.params, ...local], 'name', report);
            reportRepeated(
                pack.elements
                    .filter((element) => ast.isClaim(element))
                    .filter((claim) => claim.name !== undefined) as Named[],
                'claim',
                report
            );
        }
    }
};

function checkSpace(space: Space, view: FileView, services: GuardrailServices): void {
    const { document, inventory } = view;
    const seen = new Map<string, Named>();
    const fail = (node: Named, message: string, other: Named): void =>
        view.error('GR220', [node, 'name'], message, (problem) => removeOrRename(node, problem), {
            related: otherPlace(other, ALREADY)
        });
    for (const node of view.of(space.own)) {
        const first = seen.get(keyOf(node));
        if (first) {
            fail(
                node,
                `There is ${a(space.word)} "${keyOf(node)}" already, in line ${lineOf(first)}. Rename one of the two.`,
                first
            );
        } else {
            seen.set(keyOf(node), node);
        }
    }
    if (space.isOwn) {
        return;
    }
    const imported = new Map<string, Named>();
    const tools = new Set<AstNode>(inventory.tools.map(({ tool }) => tool));
    // A name that an `import { … }` omits cannot be meant.
    const others = inventory.elements.filter(
        (element) =>
            AstUtils.getDocument(element) !== document && (space.isKnownToGateways || !inventory.hidden.has(element))
    );
    for (const element of others) {
        const isHidden = inventory.hidden.has(element);
        for (const node of space.of(element).filter((one) => !ast.isTool(one) || tools.has(one))) {
            const key = keyOf(node);
            const mine = seen.get(key);
            const first = imported.get(key);
            if (mine) {
                const builtin = AstUtils.getDocument(node).uri.toString() === BUILTIN_URI;
                fail(
                    mine,
                    builtin
                        ? `"${key}" is a built-in ${space.word}. Rename yours.`
                        : isHidden
                          ? `${place(node)} declares ${a(space.word)} "${key}" too, which something that you import refers to. Import that one in place of yours, or rename yours.`
                          : `${place(node)} declares ${a(space.word)} "${key}" too. Remove this one, or rename one of the two.`,
                    node
                );
                seen.delete(key);
            } else if (first && AstUtils.getDocument(first) !== AstUtils.getDocument(node)) {
                reportImported(space.word, first, node, document, services, view);
            } else {
                imported.set(key, node);
            }
        }
    }
    checkAliases(space, new Map([...imported, ...seen]), view);
}

/** Reports a name that `as` gives in this file although something else has it, or that it gives twice. */
function checkAliases({ word, of }: Space, named: Map<string, Named>, view: FileView): void {
    const { document, inventory } = view;
    for (const { name, element, declaredBy } of inventory.aliases.filter((alias) => of(alias.element).length > 0)) {
        const other = named.get(name);
        if (other && other !== element && AstUtils.getDocument(declaredBy) === document) {
            view.error(
                'GR220',
                [declaredBy, 'alias'],
                `"${name}" is the name of another ${word} too. Choose another name after \`as\`.`,
                undefined,
                { related: otherPlace(other, ALREADY) }
            );
        }
        named.set(name, element);
    }
}

/**
 * If two imported files declare one name, this is reported at the import of the second, unless one of the files reports
 * it.
 */
function reportImported(
    word: string,
    first: Named,
    second: Named,
    document: LangiumDocument,
    services: GuardrailServices,
    report: Reporter
): void {
    const documents = services.shared.workspace.LangiumDocuments;
    const sees = (from: LangiumDocument, node: Named): boolean =>
        visibleDocuments(from, documents).includes(AstUtils.getDocument<ast.PolicyFile>(node));
    const imports = importsOf(document).map((node) => {
        const uri = resolveImport(node);
        return { node, target: uri && documents.getDocument(uri) };
    });
    if (imports.some(({ target }) => target && sees(target, first) && sees(target, second))) {
        return;
    }
    const bringing = imports.find(({ target }) => target && sees(target, second));
    if (bringing) {
        report.error(
            'GR220',
            [bringing.node, 'path'],
            twoCopies(first, second) ??
                `${place(second)} and ${place(first)} both declare ${a(word)} "${keyOf(first)}". Declare it in one file that both import, or rename one of them.`,
            undefined,
            { related: [...otherPlace(first, ALREADY), ...otherPlace(second, ALREADY)] }
        );
    }
}

const PERSONS = statementsOfFile((element) => ast.isAgent(element) || ast.isHuman(element));

function checkAgentsAndHumans(view: FileView, services: GuardrailServices): void {
    const { document } = view;
    const own = view.of(PERSONS);
    const imported = visibleDocuments(document, services.shared.workspace.LangiumDocuments)
        .slice(1)
        .flatMap((visible) => visible.parseResult.value.elements ?? []);
    const persons = [...own, ...imported.filter((element) => ast.isAgent(element) || ast.isHuman(element))];
    const byKind = new Map<string, Map<string, ast.Agent | ast.Human>>();
    for (const person of [...persons].reverse()) {
        byKind.set(
            person.$type,
            (byKind.get(person.$type) ?? new Map<string, ast.Agent | ast.Human>()).set(person.name, person)
        );
    }
    for (const node of own) {
        const other = [...byKind]
            .find(([kind, named]) => kind !== node.$type && named.has(node.name))?.[1]
            .get(node.name);
        const isFirst =
            other && AstUtils.getDocument(other) === document && persons.indexOf(node) < persons.indexOf(other);
        if (node.name && other && !isFirst) {
            const [word, otherWord] = ast.isAgent(node) ? ['agent', 'human'] : ['human', 'agent'];
            view.error(
                'GR221',
                [node, 'name'],
                `"${node.name}" is the name of ${a(otherWord)} too${where(other, document)}. An agent never approves its own calls: give the ${word} another name.`,
                (problem) => [renamedEverywhere(node, problem, [`_${word}`, `_${otherWord}`])],
                { related: otherPlace(other, ALREADY) }
            );
        }
    }
}

const WITH_PLACES = statementsOfFile(
    (element) => ast.isGroup(element) || ast.isOutsideEvent(element) || ast.isRole(element)
);

/** Kinds of declarations that are named in the same place: a name of two kinds would refer to the first one. */
function checkSharedPlaces(view: FileView): void {
    const { inventory } = view;
    const fail = (node: ast.Element & Named, word: string, meant: string | undefined): void => {
        if (node.name && meant !== undefined) {
            view.error(
                'GR220',
                [node, 'name'],
                `"${node.name}" is ${meant} too, and refers to that one. Give the ${word} another name.`,
                (problem) => removeOrRename(node, problem)
            );
        }
    };
    const toolOf = (name: string): string | undefined => {
        const tool = inventory.toolsByName.get(name);
        return (
            tool && (toolName(tool) === name ? 'the name of a tool' : `the short name of the tool ${toolName(tool)}`)
        );
    };
    const humans = new Set(inventory.elements.filter(ast.isHuman).map(({ name }) => name));
    const groups = new Set(inventory.elements.filter(ast.isGroup).map(({ name }) => name));
    for (const { name, element, declaredBy } of inventory.aliases) {
        const tool = ast.isGroup(element) ? toolOf(name) : undefined;
        if (tool !== undefined && AstUtils.getDocument(declaredBy) === view.document) {
            view.error(
                'GR220',
                [declaredBy, 'alias'],
                `"${name}" is ${tool} too, and refers to that one. Choose another name after \`as\`.`
            );
        }
    }
    for (const element of view.of(WITH_PLACES)) {
        if (ast.isGroup(element)) {
            fail(element, 'group', toolOf(element.name));
        } else if (ast.isOutsideEvent(element)) {
            fail(
                element,
                'event',
                toolOf(element.name) ?? (groups.has(element.name) ? 'the name of a group' : undefined)
            );
        } else if (ast.isRole(element)) {
            fail(element, 'role', humans.has(element.name) ? 'the name of a human' : undefined);
        }
    }
}

function reportRepeated(params: readonly Named[], word: string, report: Reporter): void {
    const seen = new Map<string, Named>();
    for (const param of params.filter((node) => node.name)) {
        const first = seen.get(param.name);
        if (first) {
            report.error(
                'GR220',
                [param, 'name'],
                `There is a ${word} "${param.name}" already. Rename one of the two.`,
                (problem) => removeOrRename(param, problem),
                { related: otherPlace(first, ALREADY) }
            );
        } else {
            seen.set(param.name, param);
        }
    }
}

function removeOrRename(node: Named, problem: Problem): Fix[] {
    const isItem = ast.isParam(node) || ast.isPackParam(node);
    const removal = isItem ? removeItem(node.$cstNode!) : removeStatement(node);
    const title = `Remove this \`${isItem ? node.name : problem.marked}\``;
    return [{ title, changes: [removal] }, renamedHere(node, problem)];
}

/** The key of a tool is `server.tool`. */
function keyOf(node: Named): string {
    return ast.isTool(node) ? toolName(node) : node.name;
}

/** The message for names that two installed versions of one package declare. */
function twoCopies(first: Named, second: Named): string | undefined {
    const [one, other] = [first, second].map((node) => INSTALLED.exec(AstUtils.getDocument(node).uri.path));
    return one && other && one[2] === other[2]
        ? `The package "${one[2]}" is installed twice, in ${one[1]} and in ${other[1]}, and both copies declare "${keyOf(first)}". Install one version for both, such as with \`npm dedupe\`.`
        : undefined;
}

/** Matches the folder of a package, and its name. */
const INSTALLED = /^.*?([^/]+\/node_modules(?:\/.*\/node_modules)?)\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/;

function place(node: AstNode): string {
    return UriUtils.basename(AstUtils.getDocument(node).uri);
}

function where(node: AstNode, document: LangiumDocument): string {
    return AstUtils.getDocument(node) === document ? ` in line ${lineOf(node)}` : ` in ${place(node)}`;
}

function a(word: string): string {
    return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
}
