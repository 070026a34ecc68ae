/** GR312: a definition with too many conditions to be expanded. */
import { AstUtils } from 'langium';
import { definitionOf } from '../names/conditions.js';
import * as ast from '../generated/ast.js';
import type { ValidationRule } from './rule.js';
import { ofFile, statementsOfFile } from './file-checks.js';

/**
 * The maximum number of conditions: a larger rule cannot be understood, and grows the model by the same amount at every
 * use.
 */
const MOST_CONDITIONS = 2000;

export const definitionSize: ValidationRule = {
    codes: ['GR312'],
    checks: {
        PolicyFile: ofFile((view) => {
            const sizes = new Map<ast.Definition, number>();
            for (const definition of view.of(DEFINITIONS)) {
                const isFirst = usedBy(definition).every((used) => sizeOf(used, sizes) <= MOST_CONDITIONS);
                if (isFirst && sizeOf(definition, sizes) > MOST_CONDITIONS) {
                    view.error(
                        'GR312',
                        [definition, 'name'],
                        `Written out, "${definition.name}" is more than ${MOST_CONDITIONS.toLocaleString('en')} conditions, because the definitions in it use each other so often. Use each of them only once.`
                    );
                }
            }
        })
    }
};

const DEFINITIONS = statementsOfFile(ast.isDefinition);

/**
 * The number of atomic conditions of the definition with all its definitions expanded; an endless one counts as one.
 */
function sizeOf(definition: ast.Definition, sizes: Map<ast.Definition, number>): number {
    const known = sizes.get(definition);
    if (known !== undefined) {
        return known;
    }
    sizes.set(definition, 1);
    const uses = usedBy(definition);
    const size = uses.reduce((sum, used) => sum + sizeOf(used, sizes), ownAtoms(definition) - uses.length);
    sizes.set(definition, size);
    return size;
}

function ownAtoms(definition: ast.Definition): number {
    return AstUtils.streamAst(definition)
        .filter((node) => ast.isCondition(node) && !ast.isBinaryCondition(node) && !ast.isNegation(node))
        .count();
}

function usedBy(definition: ast.Definition): ast.Definition[] {
    return AstUtils.streamAst(definition)
        .filter(ast.isHolds)
        .map((holds) => definitionOf(holds.term))
        .filter((used) => used !== undefined)
        .toArray();
}
