/** GR331: an answer in a scenario that its tool cannot give; GR333: the end of a call that is not running. */
import { AstUtils } from 'langium';
import { type Fix, obvious } from '../edits/edit.js';
import { insertAfter, keywordOf, replacePart } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import * as ast from '../generated/ast.js';
import { toolName } from '../names/inventory.js';
import { nearest } from '../text/spelling.js';
import { dataValue, misfit, typeOf } from '../types/types.js';
import { isWholeData } from '../types/terms.js';
import { fittingValues } from '../types/fitting.js';
import { unknownName } from './given-values.js';
import { nameText } from '../../server/model/text/typed-text.js';
import { typeOfValue } from '../types/samples.js';
import { list, type Reporter, type ValidationRule } from './rule.js';

export const scenarioAnswers: ValidationRule = {
    codes: ['GR331', 'GR333'],
    checks: {
        CallStep: (step, report) => checkResult(step.tool?.ref, step.result, report),
        EndStep: (step, report) => checkResult(step.tool?.ref, step.result, report),
        Scenario: checkEnds
    }
};

function checkResult(tool: ast.Tool | undefined, fields: readonly ast.FieldData[], report: Reporter): void {
    if (!tool) {
        return;
    }
    for (const field of fields.filter(({ name }) => name)) {
        const declared = tool.returns.find(({ name }) => name === field.name);
        const problem =
            !declared && field.name !== 'text'
                ? undeclared(tool, field.name)
                : isWholeData(field.value)
                  ? misfit(declared ? typeOf(declared.type) : { kind: 'string' }, dataValue(field.value))
                  : undefined;
        if (problem !== undefined) {
            const text = declared || field.name === 'text' ? `"${field.name}" ${problem}` : problem;
            report.warning(
                'GR331',
                field,
                `${text}. The gateway treats such a field as unreadable, so conditions on it are unknown.`,
                (problem) =>
                    declared
                        ? fittingValues(field.value, [typeOf(declared.type)])
                        : [...unknownName(field, 'name', field.name, namesOf(tool)), declaring(tool, field, problem)]
            );
        }
    }
}

function namesOf({ returns }: ast.Tool): string[] {
    return returns.map(({ name }) => name);
}

/** Declares the field in the result of a tool of the same file. */
function declaring(tool: ast.Tool, field: ast.FieldData, { document }: Problem): Fix | undefined {
    const text = `${nameText(field.name)}: ${typeOfValue(field.value)}`;
    const last = tool.returns.at(-1);
    const edit = last ? insertAfter(last, `, ${text}`) : insertAfter(tool, ` returns (${text})`);
    return AstUtils.getDocument(tool) === document && field.name !== 'text'
        ? { title: `Declare \`${field.name}\` as a part of the result`, changes: [edit] }
        : undefined;
}

/** Makes the latest call of the tool keep running until the step. */
function keptRunning({ steps }: ast.Scenario, end: ast.EndStep): Fix | undefined {
    const call = steps
        .slice(0, steps.indexOf(end))
        .reverse()
        .find((step): step is ast.CallStep => ast.isCallStep(step) && step.tool.ref === end.tool.ref);
    const arrow = call && keywordOf(call, '->');
    return arrow && !call.outcome
        ? obvious('Write `runs` at the call before', replacePart(arrow, 'runs ->'))
        : undefined;
}

function undeclared(tool: ast.Tool, name: string): string {
    const known = [...tool.returns.map((field) => field.name), 'text'];
    const suggestion = nearest(name, known);
    return suggestion === undefined
        ? `${toolName(tool)} declares no field "${name}" of its result; it has ${list(known.map((one) => `"${one}"`))}`
        : `${toolName(tool)} declares no field "${name}" of its result: it may be "${suggestion}"`;
}

/** No more calls can end than earlier steps left running. The decisions of these steps are unknown here. */
function checkEnds(scenario: ast.Scenario, report: Reporter): void {
    const running = new Map<ast.Tool, number>();
    for (const step of scenario.steps) {
        const tool = ast.isCallStep(step) || ast.isEndStep(step) ? step.tool?.ref : undefined;
        const count = (tool && running.get(tool)) ?? 0;
        if (ast.isCallStep(step) && tool && step.outcome === 'runs') {
            running.set(tool, count + 1);
        } else if (ast.isEndStep(step) && tool) {
            if (count === 0) {
                report.error(
                    'GR333',
                    [step, 'tool'],
                    `No call of ${toolName(tool)} is running here: a call ends at once unless you write \`runs\`. Write it after the call that ends here.`,
                    () => [keptRunning(scenario, step)]
                );
            }
            running.set(tool, Math.max(0, count - 1));
        }
    }
}
