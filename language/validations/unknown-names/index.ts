/** The fixes of an unknown name: to import it, to write another one, to declare it, or to remove what names it. */
import type { AstNode, AstNodeDescription } from 'langium';
import * as ast from '../../generated/ast.js';
import { FOREIGN_TYPES } from '../../mistakes/declarations.js';
import { nearby } from '../../text/spelling.js';
import { MOST_OFFERED, type Fix, obvious } from '../../edits/edit.js';
import { insertBefore, removeStatement, replaceMarked } from '../../edits/edits.js';
import { without } from '../given-values.js';
import { declarations } from './declare.js';
import { imports } from './import.js';
import type { Problem } from '../../edits/place.js';
import type { UnknownName } from './unknown-name.js';
import { toolText } from '../../../server/model/text/typed-text.js';

/** Names in other languages for the types of this language, also for those of any value. */
const TYPES: { readonly [foreign: string]: string } = { ...FOREIGN_TYPES, unknown: 'any', object: 'any' };

/** The fixes, the likeliest first. */
export async function fixesOfUnknown(problem: Problem, unknown: UnknownName): Promise<Fix[]> {
    const { container } = unknown.info;
    const removal = ast.isImportedName(container)
        ? withoutName(container)
        : problem.code === 'GR232'
          ? without(container)
          : undefined;
    return [
        ...(await imports(problem, unknown)),
        ...(BY_CODE[problem.code]?.(problem, unknown) ?? []),
        ...suggestions(problem, unknown),
        ...declarations(problem, unknown),
        ...(removal ? [removal] : [])
    ];
}

function withoutName(name: ast.ImportedName): Fix {
    return name.$container.names.length > 1
        ? without(name)
        : { title: 'Remove this import', changes: [removeStatement(name.$container)] };
}

function suggestions(problem: Problem, { info, type, name, write }: UnknownName): Fix[] {
    const foreign = type === ast.Entity.$type ? typeNamed(name) : undefined;
    if (foreign !== undefined) {
        return [{ title: `Change to \`${foreign}\``, changes: [replaceMarked(problem, foreign)], isPreferred: true }];
    }
    const scope = problem.services.references.ScopeProvider.getScope(info).getAllElements().toArray();
    const known = scope.map((description: AstNodeDescription) => description.name);
    const types = type === ast.Entity.$type ? ['string', 'int', 'number', 'bool', 'any'] : [];
    const near = nearby(name, [...known, ...types]).slice(0, MOST_OFFERED);
    const few = near.length === 0 && CHOICES.includes(type) ? ungiven(info.container, known) : [];
    return [...near, ...(few.length <= MOST_OFFERED ? few : [])].map((candidate) => {
        const text = types.includes(candidate) ? candidate : write(candidate);
        return {
            title: `Change to \`${text}\``,
            changes: [replaceMarked(problem, text)],
            isPreferred: near.length === 1
        };
    });
}

/** Offers each candidate if there are few, because the author must have meant one of them. */
const CHOICES: readonly string[] = [
    ast.Agent.$type,
    ast.Human.$type,
    ast.Approver.$type,
    ast.PackParam.$type,
    ast.DefinitionParam.$type
];

/** The parameters that have no argument yet. If the names are not parameters, they stay unchanged. */
function ungiven({ $container: around }: AstNode, names: readonly string[]): string[] {
    const args = ast.isUse(around) ? around.args : ast.isReference(around) ? around.named : [];
    const given = new Set(args.map(({ param }) => param.$refText));
    return [...new Set(names)].filter((name) => !given.has(name));
}

function typeNamed(name: string): string | undefined {
    const lower = name.toLowerCase();
    return ['string', 'int', 'number', 'bool', 'any'].includes(lower) && lower !== name ? lower : TYPES[lower];
}

/** Fixes that only some kinds of names have. */
const BY_CODE: {
    readonly [code: string]: (problem: Problem, unknown: UnknownName) => Fix[];
} = {
    // Several servers may have a tool `search`.
    GR201: (problem, { name }) =>
        (problem.inventory.ambiguous.get(name) ?? []).map((tool) => {
            const text = toolText(tool);
            return { title: `Change to \`${text}\``, changes: [replaceMarked(problem, text)] };
        }),
    // In `when mail.read`, `mail` is read as a parameter but is a server.
    GR202: (problem) => {
        const access = problem.at(ast.isFieldAccess);
        const tool = access?.$cstNode?.text;
        return access && tool !== undefined && problem.inventory.toolsByName.has(tool)
            ? [obvious('Insert `once`', insertBefore(access, 'once '))]
            : [];
    },
    GR231: (problem, { name }) => {
        const argument = problem.at(ast.isUseArgument);
        const isLabel = problem.inventory.elements.some((each) => ast.isLabel(each) && each.name === name);
        const text = `tools that read ${problem.marked}`;
        return isLabel && ast.isToolsParam(argument?.param.ref)
            ? [obvious(`Write \`${text}\``, replaceMarked(problem, text))]
            : [];
    }
};
