/** Replaces an unknown name by a known one that resembles it. */
import type { AstNode, AstNodeDescription } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import { FOREIGN_TYPES } from '../../../../../language/mistakes/declarations.js';
import { nearby } from '../../../../../language/text/spelling.js';
import { unquoteName } from '../../../../../language/parser/values.js';
import { insertBefore, replaceMarked } from '../../../../../language/edits/edits.js';
import type { Problem } from '../place.js';
import type { Proposal } from '../proposal.js';
import type { Fix } from './fix.js';
import type { UnresolvedName } from './unresolved.js';
import { UNRESOLVED, unresolvedAt } from './unresolved.js';
import { toolText } from '../../../../model/text/typed-text.js';
const MOST = 3;

/** Names in other languages for the types of this language, also for those of any value. */
const TYPES: { readonly [foreign: string]: string } = { ...FOREIGN_TYPES, unknown: 'any', object: 'any' };

const misspelt: Fix = {
    codes: UNRESOLVED,
    summary: 'Correct a misspelt name',
    propose: (problem) => {
        const unresolved = unresolvedAt(problem);
        return unresolved ? suggestions(problem, unresolved) : [];
    }
};

function suggestions(problem: Problem, { info, type, name, write }: UnresolvedName): Proposal[] {
    const foreign = type === ast.Entity.$type ? typeNamed(name) : undefined;
    if (foreign !== undefined) {
        return [{ title: `Change to \`${foreign}\``, changes: [replaceMarked(problem, foreign)], isPreferred: true }];
    }
    const scope = problem.services.references.ScopeProvider.getScope(info).getAllElements().toArray();
    const known = scope.map((description: AstNodeDescription) => description.name);
    const types = type === ast.Entity.$type ? ['string', 'int', 'number', 'bool', 'any'] : [];
    const near = nearby(name, [...known, ...types]).slice(0, MOST);
    const few = near.length === 0 && CHOICES.includes(type) ? ungiven(info.container, known) : [];
    return [...near, ...(few.length <= MOST ? few : [])].map((candidate) => {
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

/** Offers each full name for `search`, if several servers have such a tool. */
const ambiguous: Fix = {
    codes: ['GR201'],
    summary: 'Name the server of a tool that several servers have',
    propose: (problem) => {
        const unresolved = unresolvedAt(problem);
        const servers = unresolved && problem.inventory.ambiguous.get(unresolved.name);
        return (servers ?? []).map((tool) => {
            const text = toolText(tool);
            return { title: `Change to \`${text}\``, changes: [replaceMarked(problem, text)] };
        });
    }
};

/** Fixes `when mail.read`, where `mail` is read as a parameter but is a server. */
const toolAsCondition: Fix = {
    codes: ['GR202'],
    summary: 'Put `once` before a tool that is used as a condition',
    propose: (problem) => {
        const access = problem.at(ast.isFieldAccess);
        const tool = access?.$cstNode?.text;
        return access && tool !== undefined && problem.inventory.toolsByName.has(tool)
            ? [{ title: 'Insert `once`', changes: [insertBefore(access, 'once ')], isPreferred: true }]
            : [];
    }
};

/** Fixes a label in a place where a pack expects tools. */
const readers: Fix = {
    codes: ['GR231'],
    summary: 'Write `tools that read` before a label where a pack takes tools',
    propose: (problem) => {
        const argument = problem.at(ast.isUseArgument);
        const isLabel = problem.inventory.elements.some(
            (element) => ast.isLabel(element) && element.name === unquoteName(problem.marked)
        );
        return isLabel && ast.isToolsParam(argument?.param.ref)
            ? [
                  {
                      title: `Write \`tools that read ${problem.marked}\``,
                      changes: [replaceMarked(problem, `tools that read ${problem.marked}`)],
                      isPreferred: true
                  }
              ]
            : [];
    }
};

export const didYouMean: readonly Fix[] = [readers, toolAsCondition, ambiguous, misspelt];
