/** Gives one of two things with the same name another name. */
import type { AstNode } from 'langium';
import type { Edit, Fix } from './edit.js';
import { partOf, replacePart } from './edits.js';
import type { Problem } from './place.js';

type Named = AstNode & { readonly name: string };

/** Changes the name alone: every use refers to the other declaration. */
export function renamedHere(node: Named, problem: Problem): Fix {
    const fresh = freshName(problem, node.name);
    const part = partOf(node, 'name')!;
    const text = part.text.startsWith('"') ? JSON.stringify(fresh) : fresh;
    return { title: `Rename to \`${fresh}\``, changes: [replacePart(part, text)] };
}

/**
 * Changes the name wherever the declaration is named.
 * @param suffixes preferred to a number
 * @param changes what else changes with the name
 */
export function renamedEverywhere(
    node: Named,
    problem: Problem,
    suffixes: readonly string[] = [],
    changes: (name: string) => readonly Edit[] = () => []
): Fix {
    const to = freshName(problem, node.name, suffixes);
    return { title: `Rename to \`${to}\``, rename: { node, to }, changes: changes(to) };
}

function freshName({ text }: Problem, name: string, suffixes: readonly string[] = []): string {
    const taken = new Set(text.match(/[A-Za-z_]\w*/g));
    const numbered = Array.from({ length: taken.size + 1 }, (_, index) => `_${index + 2}`);
    const plain = name.replace(/\W+/g, '_');
    return [...suffixes, ...numbered].map((suffix) => plain + suffix).find((each) => !taken.has(each))!;
}
