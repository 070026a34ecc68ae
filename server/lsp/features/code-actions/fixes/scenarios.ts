/** Fixes a misspelt argument or field in a scenario. */
import * as ast from '../../../../../language/generated/ast.js';
import { nearby } from '../../../../../language/text/spelling.js';
import { partOf, replaceRange } from '../../../../../language/edits/edits.js';
import type { Problem } from '../place.js';
import type { Fix } from './fix.js';
import { nameText } from '../../../../model/text/typed-text.js';
const MOST = 3;

/** Fixes a field or argument with a misspelt name. */
const fieldName: Fix = {
    codes: ['GR306', 'GR356'],
    summary: 'Change a misspelt argument or field of a scenario, or of a source',
    propose: (problem) => {
        const found = misnamed(problem);
        if (!found) {
            return [];
        }
        const near = nearby(found.name, found.known);
        const few = near.length === 0 && found.known.length <= MOST ? found.known : [];
        return [...near, ...few].slice(0, MOST).map((name, index) => {
            const text = nameText(name, 'Name');
            return {
                title: `Change to \`${text}\``,
                changes: [replaceRange(problem, found.from, found.to, text)],
                isPreferred: near.length > 0 && index === 0
            };
        });
    }
};

interface MisnamedField {
    readonly name: string;
    readonly known: readonly string[];
    readonly from: number;
    readonly to: number;
}

function misnamed(problem: Problem): MisnamedField | undefined {
    const node = problem.at(isNamedValue);
    const part = node && partOf(node, ast.isFieldData(node) ? 'name' : 'param');
    const step = node?.$container;
    if (!node || !part || (partOf(node, 'value')?.offset ?? 0) === problem.from) {
        return undefined;
    }
    const params = paramsOf(problem, node) ?? [];
    const name = ast.isFieldData(node) ? node.name : node.param.$refText;
    const given = new Set(
        (ast.isCallStep(step) || ast.isEventStep(step) ? step.args : []).map(({ param }) => param.$refText)
    );
    const known = params.map((param) => param.name).filter((each) => !given.has(each));
    return params.some((param) => param.name === name) ? undefined : { name, known, from: part.offset, to: part.end };
}

function isNamedValue(node: unknown): node is ast.CallArgument | ast.FieldData {
    return ast.isCallArgument(node) || ast.isFieldData(node);
}

function paramsOf(problem: Problem, node: ast.CallArgument | ast.FieldData): readonly ast.Param[] | undefined {
    const owner = node.$container;
    if (ast.isEventStep(owner)) {
        return owner.event.ref?.params;
    }
    if (ast.isCallStep(owner)) {
        return node.$containerProperty === 'result' ? owner.tool.ref?.returns : owner.tool.ref?.params;
    }
    if (ast.isEndStep(owner)) {
        return owner.tool.ref?.returns;
    }
    if (ast.isSaysStep(owner)) {
        return problem.inventory.elements.filter(ast.isRequest).flatMap(({ fields }) => fields);
    }
    return ast.isRecordData(owner) && ast.isSessionValue(owner.$container)
        ? owner.$container.constant.ref?.attributes
        : undefined;
}

export const scenarios: readonly Fix[] = [fieldName];
