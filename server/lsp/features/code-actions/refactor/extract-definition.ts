/** Gives the selected condition a name. The values that it reads become parameters. */
import { type AstNode, AstUtils } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import { addStatement, insertBefore, isEmptyRange, replaceNode } from '../../../../../language/edits/edits.js';
import type { Place, Refactoring } from '../place.js';
import type { Edit, Fix } from '../../../../../language/edits/edit.js';
import { type FreeValues, freeValues, lineOf, typeText, wordsOf } from './conditions.js';
import { freeName } from './names.js';
import { nameText } from '../../../../model/text/typed-text.js';
export const extractDefinition: Refactoring = {
    kind: 'refactor.extract.definition',
    propose(place) {
        const condition = selectedCondition(place);
        const values = condition && freeValues(condition);
        if (!condition || !values) {
            return [];
        }
        const equal = equalTo(condition, values, place);
        const one: Fix = {
            title: 'Extract to a definition',
            changes: extracted(place, condition, [condition], values)
        };
        return equal.length === 1
            ? [one]
            : [
                  one,
                  {
                      title: `Extract all ${equal.length} equal conditions to a definition`,
                      changes: extracted(place, condition, equal, values)
                  }
              ];
    }
};

/** The selected condition, ignoring white space around it; the largest one with this text. */
function selectedCondition(place: Place): ast.Condition | undefined {
    if (isEmptyRange(place.range)) {
        return undefined;
    }
    const { marked } = place;
    const from = place.from + marked.length - marked.trimStart().length;
    const to = place.to - (marked.length - marked.trimEnd().length);
    const isSelected = (node: AstNode): boolean => node.$cstNode?.offset === from && node.$cstNode.end === to;
    return AstUtils.streamAst(place.file)
        .filter(ast.isCondition)
        .find((condition) => isSelected(condition) && !isName(condition));
}

/** True for a node that only names another definition. */
function isName(condition: ast.Condition): boolean {
    return ast.isHolds(condition) && ast.isReference(condition.term);
}

/** The conditions of the file, or of the pack, that are equivalent with the same values, including the selected one. */
function equalTo(condition: ast.Condition, values: FreeValues, place: Place): ast.Condition[] {
    const words = wordsOf(condition.$cstNode!).join(' ');
    const pack = packOf(condition);
    const types = [...values].map(([name, param]) => `${name}: ${typeText(param)}`).join();
    return AstUtils.streamAst(place.file)
        .filter(ast.isCondition)
        .filter((other) => {
            const node = other.$cstNode;
            if (!node || packOf(other) !== pack || wordsOf(node).join(' ') !== words) {
                return false;
            }
            const own = freeValues(other);
            return own !== undefined && [...own].map(([name, param]) => `${name}: ${typeText(param)}`).join() === types;
        })
        .toArray();
}

function extracted(place: Place, condition: ast.Condition, uses: readonly ast.Condition[], values: FreeValues): Edit[] {
    const name = freeName(place, 'newCondition');
    const placeholder = `\${1:${name}}`;
    const names = [...values.keys()].map((each) => nameText(each, 'Name'));
    const params = [...values.values()].map((param, index) => `${names[index]}: ${lineOf(param.type.$cstNode!)}`);
    const list = (items: readonly string[]): string => (items.length > 0 ? `(${items.join(', ')})` : '');
    const body = lineOf(condition.$cstNode!).replace(/^\(([^()]*)\)$/, '$1');
    const text = `define ${placeholder}${escaped(`${list(params)} = ${body}`)}`;
    const pack = packOf(condition);
    const statement =
        pack && AstUtils.getContainerOfType(condition, (node): node is AstNode => node.$container === pack);
    const indent = statement ? ' '.repeat(statement.$cstNode!.range.start.character) : '';
    const definition = statement
        ? insertBefore(statement, `${text}\n${indent}`)
        : addStatement(place, ast.Definition.$type, text);
    return [
        { ...definition, hasPlaces: true },
        ...uses.map((use) => ({ ...replaceNode(use, placeholder + escaped(list(names))), hasPlaces: true }))
    ];
}

function packOf(node: AstNode): ast.Pack | undefined {
    return AstUtils.getContainerOfType(node, ast.isPack);
}

function escaped(text: string): string {
    return text.replace(/[\\$}]/g, '\\$&');
}
