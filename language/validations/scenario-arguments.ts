/**
 * GR306: a scenario's call whose arguments do not fit the tool. Such a call is denied regardless of the rules (M4), so
 * a step that expects `denied` passes; a hint then points out that it tests no rule.
 */
import type { AstNode, Properties } from 'langium';
import { type Fix } from '../edits/edit.js';
import type { Problem } from '../edits/place.js';
import type { CallArgument, CallStep, Tool } from '../generated/ast.js';
import { toolName } from '../names/inventory.js';
import { nearest } from '../text/spelling.js';
import { isWholeData } from '../types/terms.js';
import { fittingValues } from '../types/fitting.js';
import { typeOfValue } from '../types/samples.js';
import { dataValue, misfit, typeOf } from '../types/types.js';
import { otherNames, without, withoutSecond } from './given-values.js';
import { withArguments } from './missing-arguments.js';
import { list, otherPlace, type Reporter, type ValidationRule } from './rule.js';
import { newParameter } from './unknown-names/declare.js';
import { repeated } from '../text/repeated.js';

export const scenarioArguments: ValidationRule = {
    codes: ['GR306'],
    checks: {
        CallStep: (step, report) => {
            const tool = step.tool?.ref;
            if (!tool || step.expected === undefined) {
                return;
            }
            const missing = tool.params.filter(
                (param) =>
                    !step.rest &&
                    !param.optional &&
                    !param.default &&
                    !step.args.some((arg) => arg.param?.$refText === param.name)
            );
            // `..` covers all arguments that are not written.
            if (missing.length > 0 && !step.rest) {
                const names = list(missing.map((param) => `"${param.name}"`));
                reportMisfit(step, `${toolName(tool)} needs ${names}`, step, 'tool', report, tool, (problem) => [
                    withArguments(step, missing, problem)
                ]);
            }
            for (const argument of step.args) {
                checkArgument(argument, step, tool, report);
            }
        },
        RecordData: (data, report) => {
            for (const field of repeated(data.fields, ({ name }) => name)) {
                report.error(
                    'GR306',
                    [field, 'name'],
                    `The field "${field.name}" is given twice. Remove one of the two.`,
                    () => [withoutSecond(field, field.name)]
                );
            }
        }
    }
};

function checkArgument(argument: CallArgument, step: CallStep, tool: Tool, report: Reporter): void {
    const name = argument.param?.$refText;
    if (!name) {
        return;
    }
    const first = step.args.find((other) => other.param?.$refText === name);
    if (first && first !== argument) {
        report.error(
            'GR306',
            [argument, 'param'],
            `The argument "${name}" is given twice. Remove one of the two.`,
            () => [withoutSecond(argument, name)],
            { related: otherPlace(first, 'It is given here.') }
        );
        return;
    }
    const param = tool.params.find((other) => other.name === name);
    if (!param) {
        const known = tool.params.map((other) => other.name);
        const suggestion = nearest(name, known);
        const has = known.length === 0 ? 'it has none' : `it has ${list(known.map((other) => `"${other}"`))}`;
        const hint = suggestion === undefined ? `; ${has}` : `; did you mean "${suggestion}"?`;
        const free = known.filter((other) => step.args.every((given) => given.param?.$refText !== other));
        reportMisfit(
            step,
            `${toolName(tool)} has no parameter "${name}"${hint}`,
            argument,
            'param',
            report,
            tool,
            (place) => [
                ...otherNames(argument, 'param', name, free),
                ...newParameter(place, [tool], name, typeOfValue(argument.value)),
                without(argument)
            ]
        );
        return;
    }
    const problem = isWholeData(argument.value) ? misfit(typeOf(param.type), dataValue(argument.value)) : undefined;
    if (problem !== undefined) {
        reportMisfit(step, `"${name}" ${problem}`, argument, 'value', report, param, () =>
            fittingValues(argument.value, [typeOf(param.type)])
        );
    }
}

function reportMisfit<N extends CallStep | CallArgument>(
    step: CallStep,
    problem: string,
    node: N,
    property: Properties<N>,
    report: Reporter,
    declared: AstNode,
    fixes: (problem: Problem) => readonly Fix[]
): void {
    const isExpected = step.expected?.decision === 'denied';
    report.add(
        isExpected ? 'hint' : 'warning',
        'GR306',
        [node, property],
        isExpected
            ? `The call is denied whatever the rules are, because its arguments do not match the tool: ${problem}.`
            : `The arguments do not match the tool, so the call is denied before any rule applies: ${problem}.`.replace(
                  '?.',
                  '?'
              ),
        fixes,
        { related: otherPlace(declared, 'It is declared here.') }
    );
}
