/**
 * The forms of claims in the grammar, for tables that list each of them: a new form does not compile until every table
 * has it.
 */
import type * as ast from '../generated/ast.js';

type ClaimType = Exclude<ast.ClaimBody['$type'], 'ClaimBody' | 'SubjectClaim'>;

export type ForEachClaim<More extends readonly unknown[], Result> = {
    readonly [Type in ClaimType]: (body: ast.GuardrailAstType[Type], ...more: More) => Result;
};

export function forClaim<More extends readonly unknown[], Result>(
    table: ForEachClaim<More, Result>,
    body: ast.ClaimBody,
    ...more: More
): Result {
    return table[body.$type as ClaimType](body as never, ...more);
}
